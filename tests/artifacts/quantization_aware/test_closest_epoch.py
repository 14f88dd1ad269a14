import keras
import numpy as np
import pytest

from kerastl.artifacts.quantization_aware.closest_epoch import ClosestEpoch
from kerastl.tasks.classification.criterion import ClassificationCriterion
from kerastl.tasks.classification.measure import ClassificationMeasure

pytestmark = pytest.mark.both_backends

TARGETS = np.array([0, 0, 0, 1, 1, 1])
FLOAT = np.array([[0.9, 0.1]] * 3 + [[0.2, 0.8]] * 3, "float32")


def away(*distances):
    """Return outputs that differ from the float network's by so much, one example each."""
    return FLOAT + np.outer(distances, [-1.0, 1.0]).astype("float32")


def run(*epochs):
    """Let a network of one weight go through epochs with given rounded outputs."""
    network = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
    outputs = iter(epochs)
    network.layers[0].kernel.assign([[-1.0]])
    closest = ClosestEpoch(
        network,
        lambda: next(outputs),
        FLOAT,
        TARGETS,
        ClassificationCriterion(),
        ClassificationMeasure(),
    )
    closest.on_train_begin()
    logs = [{} for _ in epochs[1:]]
    for epoch, each in enumerate(logs):
        network.layers[0].kernel.assign([[float(epoch)]])
        closest.on_epoch_end(epoch, each)
    closest.on_train_end()
    return closest, float(network.get_weights()[0][0, 0]), logs


START = away(0.10, 0.12, 0.08, 0.10, 0.11, 0.09)


def test_the_closest_epoch_is_restored():
    near, nearer = away(*[0.05] * 6), away(*[0.02] * 6)
    closest, weight, logs = run(START, near, nearer, near)
    assert (closest.kept_epoch, weight) == (1, 1.0)
    assert closest.kept["val_divergence"] < closest.start["val_divergence"]
    assert list(logs[0]) == ["val_agreement", "val_divergence", "val_accuracy", "val_loss"]


def test_the_beginning_stays_where_no_epoch_is_closer():
    closest, weight, _ = run(START, away(*[0.2] * 6), START)
    assert (closest.kept_epoch, weight) == (None, -1.0)
    assert closest.kept == closest.start


def test_a_gain_within_the_noise_is_none():
    closest, weight, _ = run(START, away(0.01, 0.2, 0.01, 0.1, 0.1, 0.1))
    assert closest.kept_epoch is None
    assert weight == -1.0


def test_an_epoch_that_agrees_on_fewer_examples_is_not_kept():
    # Five examples are right on the float network's scores, and one has its other label.
    closest, weight, _ = run(away(*[0.35] * 6), away(0.41, 0, 0, 0, 0, 0))
    assert closest.kept_epoch is None
    assert weight == -1.0


def test_an_epoch_that_is_more_often_wrong_is_not_kept():
    wrong = np.array([1, 1, 1, 0, 0, 0])
    network = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    outputs = iter([away(*[0.3] * 3, *[-0.2] * 3), away(*[0.0] * 6)])
    closest = ClosestEpoch(
        network, lambda: next(outputs), FLOAT, wrong, Numbed(), ClassificationMeasure()
    )
    closest.on_train_begin()
    closest.on_epoch_end(0, {})
    assert closest.kept_epoch is None


class Numbed(ClassificationCriterion):
    """Classification whose losses are not calibrated: a closer epoch shows as a worse one."""

    def losses(self, outputs, targets):
        return -np.log(outputs[np.arange(len(targets)), targets])


def test_an_epoch_whose_metric_falls_is_not_kept():
    # The float network is wrong on the last three; the beginning happens to be right on two.
    start, closer = away(*[0.2] * 3, -0.7, -0.7, 0.1), away(0.45, 0.45, 0, 0, 0, 0)
    kept = {}
    for name, targets in (("falls", np.zeros(6, int)), ("rises", 1 - TARGETS)):
        outputs = iter([_distant(start), closer])
        network = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
        closest = ClosestEpoch(
            network, lambda o=outputs: next(o), FLOAT, targets, Alike(), ClassificationMeasure()
        )
        closest.on_train_begin()
        closest.on_epoch_end(0, {})
        kept[name] = closest.kept_epoch
    assert kept == {"falls": None, "rises": 0}


def _distant(outputs):
    """Return outputs with the same labels that are further from the float network's."""
    return np.where(outputs > 0.5, 0.999, 0.001).astype("float32")


class Alike(ClassificationCriterion):
    """Classification that tells no outputs apart by their losses."""

    def losses(self, outputs, targets):
        return np.zeros(len(targets))
