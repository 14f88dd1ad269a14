import numpy as np
import pytest

import kerastl as ktl
from kerastl.tasks.token_classification.criterion import TokenClassificationCriterion

TAGS = ["O", "B-place", "I-place"]
OUTPUTS = np.array([[[0.8, 0.1, 0.1], [0.2, 0.7, 0.1]], [[0.5, 0.25, 0.25], [0.1, 0.1, 0.8]]])
TARGETS = np.array([[0, 1], [1, -1]])

pytestmark = pytest.mark.both_backends


def test_metrics_leave_out_what_has_no_tag():
    metrics = TokenClassificationCriterion(TAGS).metrics(OUTPUTS, TARGETS)
    assert metrics["accuracy"] == pytest.approx(2 / 3)
    assert metrics["loss"] == pytest.approx(-np.log([0.8, 0.7, 0.25]).mean())
    assert metrics["f1"] == pytest.approx(2 / 3)


def test_training_shows_what_metrics_say():
    criterion = TokenClassificationCriterion(TAGS)
    metrics = criterion.metrics(OUTPUTS, TARGETS)
    loss = criterion.loss()(TARGETS, OUTPUTS.astype("float32"))
    assert float(loss) == pytest.approx(metrics["loss"], rel=1e-5)
    (metric,) = criterion.keras_metrics()
    metric.update_state(TARGETS[:1], OUTPUTS[:1])
    metric.update_state(TARGETS[1:], OUTPUTS[1:])
    assert float(metric.result()) == pytest.approx(metrics["accuracy"])


def test_each_text_has_one_loss_and_one_without_tags_has_none():
    targets = np.array([[0, 1], [-1, -1]])
    losses = TokenClassificationCriterion(TAGS).losses(OUTPUTS, targets)
    assert losses.shape == (2,)
    assert losses[0] > 0
    assert losses[1] == 0


@pytest.mark.parametrize(
    "option", [{"balanced": True}, {"loss_settings": ktl.LossSettings(focal=1.0)}]
)
def test_a_phase_for_single_labels_is_refused(option):
    with pytest.raises(ValueError, match=next(iter(option))):
        TokenClassificationCriterion(TAGS).check(ktl.Phase("all", **option))
