from dataclasses import dataclass

import keras
import numpy as np
import pytest

from kerastl.adaptation import MMD, Adapter, DeepCORAL, SelfTraining
from kerastl.adaptation.resolve import METHODS
from tests.adaptation import shifted

pytestmark = pytest.mark.both_backends

# JAX compiles what TensorFlow runs as it is: one method of each kind of loss will do there.
ON_JAX = ("dann", "cdan", "deep_coral", "joint_mmd", "mcc", "mdd", "shot")
ON_VECTORS = [name for name in METHODS if name != "udalm"]
USED = ON_VECTORS if keras.backend.backend() == "tensorflow" else ON_JAX


def fitted(method, shift=0.6, epochs=4, **options):
    """Return a fitted adapter with its target."""
    adapter = Adapter(shifted.classifier(), method, aligned="features")
    target = shifted.domain(100, shift, seed=1)
    adapter.fit(
        shifted.domain(),
        target[0],
        epochs=epochs,
        learning_rate=2e-2,
        keep_adapted=True,
        verbose=0,
        **options,
    )
    return adapter, target


def accuracy(model, domain):
    return float((model.predict(domain[0], verbose=0).argmax(axis=1) == domain[1]).mean())


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:MCC on two classes")
@pytest.mark.parametrize("method", USED)
def test_every_method_trains_a_users_own_model_and_leaves_nothing_in_it(method):
    adapter, target = fitted(method, epochs=15)
    shapes = [weight.shape for weight in adapter.model.weights]
    assert shapes == [weight.shape for weight in shifted.classifier().weights]
    assert accuracy(adapter.model, target) > 0.7
    assert adapter.verdict.finding in ("helped", "no evidence", "harmed")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("method", "without"),
    [
        (DeepCORAL(strength=30.0, mean_strength=30.0), DeepCORAL(strength=0.0, mean_strength=0.0)),
        (MMD(strength=3.0), MMD(strength=0.0)),
    ],
)
def test_alignment_moves_the_features_of_the_domains_together(method, without):
    apart = {}
    for used in (method, without):
        adapter, target = fitted(used, 1.2, epochs=10)
        model = adapter.model
        seen = keras.Model(model.input, model.get_layer("features").output)
        ours, theirs = (np.asarray(seen(x)) for x in (shifted.domain()[0], target[0]))
        apart[used] = np.linalg.norm(ours.mean(axis=0) - theirs.mean(axis=0))
    assert apart[method] < 0.8 * apart[without]


def test_history_tells_domain_accuracy_task_loss_and_strength_of_every_epoch():
    adapter = Adapter(shifted.classifier(), "dann", aligned="features")
    history = adapter.fit(shifted.domain(), shifted.domain(60, 1.0)[0], epochs=3, verbose=0)
    for name in ("task_loss", "accuracy", "domain_accuracy", "domain_loss", "strength"):
        assert len(history.history[name]) == 3, name
    assert len(history.history["val_accuracy"]) == 3
    assert "val_domain_accuracy" not in history.history
    rising = history.history["strength"]
    assert rising == sorted(rising)
    assert rising[-1] > 0.8


@pytest.mark.slow
def test_one_seed_gives_the_same_weights_again():
    first, again = (fitted("dann", seed=4)[0].model.get_weights() for _ in range(2))
    for mine, other in zip(first, again, strict=True):
        np.testing.assert_array_equal(mine, other)


@dataclass(frozen=True)
class AllOfOneClass(SelfTraining):
    """Calls every target example the first class."""

    def target_labels(self, target, round_number):
        return np.zeros(len(target.probabilities), int)


class FirstTrained(keras.callbacks.Callback):
    """Keep what the twin ends with: it is trained first."""

    def __init__(self, trained):
        super().__init__()
        self.trained = trained
        self.weights = None

    def on_train_end(self, logs=None):
        self.weights = self.weights or self.trained.get_weights()


@pytest.mark.parametrize("keep_adapted", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_where_the_verdict_is_harmed_the_twin_is_kept_unless_told_otherwise(keep_adapted):
    adapter = Adapter(shifted.classifier(), AllOfOneClass(), aligned="features")
    target = shifted.domain(100, 0.3, seed=1)
    adapter.fit(
        shifted.domain(),
        target[0],
        epochs=15,
        learning_rate=2e-2,
        keep_adapted=keep_adapted,
        verbose=0,
    )
    assert adapter.verdict.finding == "harmed"
    assert adapter.verdict.kept == ("adapted" if keep_adapted else "twin")
    assert (accuracy(adapter.model, target) > 0.9) is not keep_adapted


def test_where_domains_are_alike_the_twin_is_kept():
    adapter = Adapter(shifted.classifier(), "self_training", aligned="features")
    twin = FirstTrained(adapter.model)
    target = shifted.domain(200, 0.0, seed=1)[0]
    adapter.fit(
        shifted.domain(200), target, epochs=4, learning_rate=2e-2, callbacks=[twin], verbose=0
    )
    assert (adapter.verdict.finding, adapter.verdict.kept) == ("no evidence", "twin")
    assert "look alike" in str(adapter.verdict)
    for kept, alone in zip(adapter.model.get_weights(), twin.weights, strict=True):
        np.testing.assert_array_equal(kept, alone)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda s, t: (s, t[0][:, :3]), "of the same kind"),
        (lambda s, t: (s, t[0][:0]), "no examples to adapt to"),
        (lambda s, t: ((s[0], s[1].astype(float)), t[0]), "Labels are integers"),
        (lambda s, t: ((s[0], s[1] + 1), t[0]), "labels are 0 to 1"),
        (lambda s, t: (s, s[0]), "The target is the source"),
    ],
)
def test_what_does_not_fit_is_named(change, message):
    source, target = change(shifted.domain(), shifted.domain(40, 1.0))
    with pytest.raises(ValueError, match=message) as caught:
        Adapter(shifted.classifier(), "dann").fit(source, target, verbose=0)
    assert "Received:" in str(caught.value)


def test_an_unknown_method_names_the_nearest():
    with pytest.raises(ValueError, match="Did you mean 'dann'"):
        Adapter(shifted.classifier(), "dan")


def test_a_loss_that_is_not_finite_stops_training():
    target = shifted.domain(60, 1.0)[0]
    target[0] = np.nan
    with pytest.raises(FloatingPointError, match="The loss became nan"):
        Adapter(shifted.classifier(), "dann").fit(shifted.domain(), target, epochs=2, verbose=0)
