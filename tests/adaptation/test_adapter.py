from dataclasses import dataclass

import keras
import numpy as np
import pytest

from kerastl.adaptation import MMD, Adapter, DeepCORAL, SelfTraining
from kerastl.adaptation.adapt_and_compare import AdaptationRun
from kerastl.adaptation.methods.resolve import METHODS
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


@pytest.mark.slow
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


@pytest.mark.parametrize("keep_adapted", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_where_the_verdict_is_harmed_the_baseline_is_kept_unless_told_otherwise(keep_adapted):
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
    assert adapter.verdict.kept == ("adapted" if keep_adapted else "baseline")
    assert (accuracy(adapter.model, target) > 0.9) is not keep_adapted


@pytest.mark.slow
def test_where_domains_are_alike_the_baseline_is_kept(monkeypatch):
    adapter = Adapter(shifted.classifier(), "self_training", aligned="features")
    ended, train = [], AdaptationRun.train_baseline

    def noted(self, *arguments):
        made = train(self, *arguments)
        ended.append(adapter.model.get_weights())
        return made

    monkeypatch.setattr(AdaptationRun, "train_baseline", noted)
    target = shifted.domain(200, 0.0, seed=1)[0]
    history = adapter.fit(shifted.domain(200), target, epochs=4, learning_rate=2e-2, verbose=0)
    assert (adapter.verdict.finding, adapter.verdict.kept) == ("no evidence", "baseline")
    assert "look alike" in str(adapter.verdict)
    # With nothing printed, the returned objects tell which weights the model has.
    for returned in (history, adapter, adapter.verdict):
        assert "weights: the source-only baseline (no evidence: " in repr(returned)
    for kept, alone in zip(adapter.model.get_weights(), ended[0], strict=True):
        np.testing.assert_array_equal(kept, alone)


def test_labels_passed_with_the_target_are_said_to_be_ignored(capsys):
    adapter = Adapter(shifted.classifier(), "self_training", aligned="features")
    adapter.fit(shifted.domain(), shifted.domain(60, 1.0, seed=1), epochs=1, verbose=2)
    assert "The target's labels are not used" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda s, t: (s, t[0][:, :3]), "the same names and shapes"),
        (lambda s, t: (s, t[0][:0]), "no examples to adapt to"),
        (lambda s, t: ((s[0], s[1].astype(float)), t[0]), "Labels must be integers"),
        (lambda s, t: ((s[0], s[1] + 1), t[0]), "labels must be from 0 to 1"),
        (lambda s, t: (s, s[0].copy()), "The target is the source"),
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


def sentences(count, first_word, seed):
    """Return rows of words as a text model takes them; the class is the kind of the words."""
    generator = np.random.default_rng(seed)
    labels = np.arange(count) % 3
    tokens = first_word + 3 * generator.integers(0, 4, (count, 6)) + labels[:, None]
    lengths = generator.integers(3, 7, count)
    mask = (np.arange(6) < lengths[:, None]).astype("int32")
    return {"tokens": tokens.astype("int32") * mask, "mask": mask}, labels


def reader():
    """Return a network that takes words and their mask by name."""
    keras.utils.set_random_seed(0)
    inputs = {name: keras.Input((6,), dtype="int32", name=name) for name in ("tokens", "mask")}
    words = keras.layers.Embedding(20, 8)(inputs["tokens"])
    pooled = keras.layers.GlobalAveragePooling1D()(words, mask=inputs["mask"])
    features = keras.layers.Dense(8, "relu", name="features")(pooled)
    return keras.Model(inputs, keras.layers.Dense(3, "softmax")(features))


@pytest.mark.slow
@pytest.mark.parametrize("method", ["dann", "mmd", "mcc", "shot"])
def test_words_and_their_mask_are_given_by_name(method):
    model, target = reader(), sentences(60, 7, seed=1)[0]
    swapped = {name: target[name] for name in ("mask", "tokens")}
    adapter = Adapter(model, method, aligned="features")
    adapter.fit(
        sentences(90, 1, seed=0),
        swapped,
        epochs=2,
        learning_rate=2e-2,
        keep_adapted=True,
        verbose=0,
    )
    predicted = model.predict(target, verbose=0)
    assert np.isfinite(predicted).all()
    np.testing.assert_allclose(predicted.sum(axis=1), 1.0, rtol=1e-5)
    assert adapter.verdict.kept == "adapted"


def test_a_target_of_other_names_is_an_error():
    target = sentences(60, 7, seed=1)[0]
    target["words"] = target.pop("tokens")
    with pytest.raises(ValueError, match="the same names and shapes") as caught:
        Adapter(reader(), "dann").fit(sentences(90, 1, seed=0), target, verbose=0)
    assert "'words': (6,)" in str(caught.value)
