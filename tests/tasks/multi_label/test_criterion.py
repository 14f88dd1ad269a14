import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss

from kerastl.tasks.multi_label.criterion import MultiLabelCriterion
from kerastl.training.phases.phase import Phase


def examples(count=200, width=10, labels=3, seed=0):
    generator = np.random.default_rng(seed)
    features = generator.normal(size=(count, width)).astype("float32")
    logits = 2 * features @ generator.normal(size=(width, labels)) - np.arange(labels)
    return features, (logits + generator.logistic(size=logits.shape) > 0).astype("float32")


def test_the_head_is_one_logistic_regression_a_label():
    features, targets = examples()
    solved = MultiLabelCriterion().fit_probe(features, targets, 3, seed=0)
    found = MultiLabelCriterion().activate(features @ solved.kernel + solved.bias)
    scale = np.sqrt(np.square(features - features.mean(axis=0, dtype="float64")).mean())
    for label in range(3):
        reference = LogisticRegression(C=solved.inverse_penalty, max_iter=10_000, tol=1e-9)
        reference.fit(features / scale, targets[:, label])
        expected = reference.predict_proba(features / scale)[:, 1]
        np.testing.assert_allclose(found[:, label], expected, atol=5e-3)


def test_a_label_that_one_example_has_is_solved_too():
    features, targets = examples(40)
    targets[:, 2] = 0
    targets[7, 2] = 1
    assert np.isfinite(MultiLabelCriterion().fit_probe(features, targets, 3, seed=0).kernel).all()


def test_the_loss_is_the_mean_over_labels():
    outputs, targets = np.array([[0.8, 0.4], [0.6, 0.3]]), np.array([[1, 0], [0, 1]])
    expected = np.mean([log_loss(targets[:, i], outputs[:, i]) for i in range(2)])
    metrics = MultiLabelCriterion().metrics(outputs, targets)
    assert metrics["loss"] == pytest.approx(expected, abs=1e-6)
    assert float(MultiLabelCriterion().loss()(targets, outputs)) == pytest.approx(
        expected, abs=1e-5
    )


def test_confidence_alone_does_not_change_the_judgement():
    features, targets = examples()
    logits = features @ MultiLabelCriterion().fit_probe(features, targets, 3, seed=0).kernel
    calm, loud = (MultiLabelCriterion().activate(factor * logits) for factor in (1, 4))
    judged = [MultiLabelCriterion().losses(each, targets).mean() for each in (calm, loud)]
    assert judged[0] == pytest.approx(judged[1], abs=2e-3)
    assert MultiLabelCriterion().losses(calm, targets).shape == (200,)


def test_labels_that_no_example_has_do_not_count():
    outputs = np.array([[0.9, 0.5], [0.1, 0.5]])
    metrics = MultiLabelCriterion().metrics(outputs, np.array([[1, 0], [0, 0]]))
    assert metrics["mean_average_precision"] == 1


def test_what_only_single_labels_have_is_refused():
    with pytest.raises(ValueError, match="has no balanced"):
        MultiLabelCriterion().check(Phase("head", epochs=1, balanced=True))
