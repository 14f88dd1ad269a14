import keras
import numpy as np
import pytest

from kerastl.adaptation.domains.domain_rows import DomainRows
from kerastl.adaptation.training.adapted_model import AdaptedModel
from tests.adaptation import shifted

pytestmark = pytest.mark.both_backends

LABELS = np.array([0, 1, 1, 0])
ROWS = DomainRows.of([LABELS], target_count=4)
POINTS = shifted.domain(8)[0]


def step(rows, taken):
    """Return loss and gradient of one step of plain descent, and the model's answers before."""
    model = shifted.classifier()
    before, answers = model.get_weights(), np.asarray(model(POINTS))
    adapted = AdaptedModel(model, "features", rows, None, steps=1)
    adapted.compile(keras.optimizers.SGD(1.0))
    logs = adapted.train_on_batch(POINTS[taken], taken, return_dict=True)
    gradient = [old - new for old, new in zip(before, model.get_weights(), strict=True)]
    return logs, gradient, answers


def test_unlabelled_examples_change_neither_loss_nor_gradient_of_the_task():
    half, gradient_of_half, answers = step(ROWS, np.arange(4))
    whole, gradient_of_whole, _ = step(ROWS, np.arange(8))
    own = answers[np.arange(4), LABELS]
    assert float(whole["loss"]) == pytest.approx(-np.log(own).mean(), rel=1e-5)
    assert float(whole["loss"]) == pytest.approx(float(half["loss"]), rel=1e-6)
    accuracy = (answers[:4].argmax(axis=1) == LABELS).mean()
    assert float(whole["accuracy"]) == pytest.approx(accuracy)
    for ours, theirs in zip(gradient_of_whole, gradient_of_half, strict=True):
        assert np.abs(ours).max() > 1e-3
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-6)


def test_each_labelled_example_counts_by_its_weight():
    weights = np.array([0.0, 0.5, 2.0, 1.0])
    logs, _, answers = step(ROWS.weighted(np.arange(4), weights), np.arange(8))
    losses = -np.log(answers[np.arange(4), LABELS])
    assert float(logs["loss"]) == pytest.approx((losses * weights).mean(), rel=1e-5)


def test_a_batch_without_labels_leaves_the_weights():
    logs, gradient, _ = step(ROWS, np.arange(4, 8))
    assert float(logs["loss"]) == 0.0
    for each in gradient:
        np.testing.assert_array_equal(each, np.zeros_like(each))
