from dataclasses import dataclass

import keras
import numpy as np
import pytest
from keras import ops

import kerastl as ktl
from kerastl.adaptation import SHOT
from kerastl.adaptation.domains.array_examples import ArrayExamples
from kerastl.adaptation.domains.domain_rows import DomainRows
from kerastl.adaptation.losses.alignment_loss import Alignment
from kerastl.adaptation.methods.method import AdaptationMethod
from kerastl.adaptation.training.adaptation_step import AdaptationStep
from kerastl.training.loop.trainer import Trainer
from tests.adaptation import shifted

pytestmark = pytest.mark.both_backends

CLASSES = 3
POINTS, LABELS = shifted.domain(90, classes=CLASSES)
TARGET, TARGET_LABELS = shifted.domain(48, 0.5, seed=1, classes=CLASSES)


def run(model, method, epochs, *callbacks):
    """Train a model by phases of so many epochs each."""
    validation = shifted.domain(30, seed=2, classes=CLASSES)
    rows = DomainRows.of([LABELS], len(TARGET), validation=validation[1])
    examples = ArrayExamples(np.concatenate([POINTS, TARGET]), validation[0], CLASSES, 16)
    phases = [ktl.Phase("all", epochs=e, learning_rate=2e-2, keep="last") for e in epochs]
    step = AdaptationStep(model, examples, 0, "features", rows, method)
    Trainer(step, 2e-2, callbacks, verbose=0).run(phases)


@dataclass(frozen=True)
class WithoutTheLastClass(AdaptationMethod):
    """Gives its source examples no weight."""

    def source_weights(self, source, target, seed):
        assert (source.shape, target.shape) == ((len(POINTS), 8), (len(TARGET), 8))
        return (LABELS != 2).astype("float32")


@pytest.mark.parametrize(
    ("method", "learned"), [(AdaptationMethod(), {0, 1, 2}), (WithoutTheLastClass(), {0, 1})]
)
def test_source_examples_without_weight_are_not_learned_from(method, learned):
    model = shifted.classifier(CLASSES)
    run(model, method, [8])
    predicted = np.asarray(model(POINTS)).argmax(axis=1)
    assert set(predicted) == learned
    others = LABELS != 2
    assert (predicted == LABELS)[others].mean() > 0.9


def test_the_head_stands_still_while_shot_trains_what_comes_before():
    model = shifted.classifier(CLASSES)
    features, head = model.layers[-2:]
    before = features.get_weights(), head.get_weights()
    run(model, SHOT(passes=2), [2])
    for old, new in zip(before[1], head.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)
    assert (before[0][0] != features.get_weights()[0]).any()
    assert head.trainable


class BreaksInTheSecondPhase(Alignment):
    """Is no number once that phase is half over."""

    def __init__(self):
        super().__init__()
        self.phases = 0

    def attach(self, model):
        self.phases += 1

    def loss(self, batch):
        broken = np.nan if self.phases == 2 else 0.0
        return ops.where(batch.progress >= 0.5, broken, 0.0) * ops.sum(batch.features), {}


@dataclass(frozen=True)
class Breaks(AdaptationMethod):
    """Trains well in its first phase only."""

    def alignment(self, width, classes, domains):
        return BreaksInTheSecondPhase()


class Ends(keras.callbacks.Callback):
    """Keep the weights after each epoch."""

    def __init__(self, trained):
        super().__init__()
        self.trained = trained
        self.weights = []

    def on_epoch_end(self, epoch, logs=None):
        self.weights.append(self.trained.get_weights())


def test_a_loss_that_is_no_number_leaves_the_weights_of_the_last_good_epoch():
    model = shifted.classifier(CLASSES)
    ends = Ends(model)
    with pytest.raises(FloatingPointError, match="in phase 2"):
        run(model, Breaks(), [1, 2], ends)
    first, second = ends.weights
    assert (first[0] != second[0]).any()
    for expected, left in zip(second, model.get_weights(), strict=True):
        np.testing.assert_array_equal(left, expected)
