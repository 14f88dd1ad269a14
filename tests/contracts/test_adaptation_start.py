"""Every method begins with the linear probe of the source, and returns to it after harm."""

import keras
import numpy as np
import pytest

import kerastl as ktl
from kerastl.adaptation.methods.resolve import METHODS, resolve_method
from kerastl.adaptation.training.adaptation_step import AdaptationStep
from kerastl.adaptation.verdict.verdict import Verdict
from tests.adaptation.methods import test_udalm as words
from tests.training import tiny

pytestmark = pytest.mark.both_backends


def images():
    """Return an image recipe, its source and darker images as a target."""
    keras.utils.set_random_seed(0)
    recipe = ktl.ImageClassification(tiny.backbone(), image_size=(tiny.SIZE, tiny.SIZE))
    source = ktl.data.arrays(*tiny.images(48), validation_split=0.25, seed=0)
    return recipe, source, (tiny.images(36, seed=1)[0] * 0.7).astype("uint8")


def texts():
    """Return a text recipe, its source and texts on other things as a target."""
    keras.utils.set_random_seed(0)
    recipe = ktl.TextClassification(words.backbone(), sequence_length=8)
    rated, labels = words.texts(["film", "plot"], 40, 0)
    source = ktl.data.arrays(
        rated, [("bad", "good")[label] for label in labels], validation_split=0.25, seed=0
    )
    return recipe, source, words.texts(["phone", "case"], 24, 1)[0]


def answers(recipe, inputs):
    """Return probabilities of shape `(examples, classes)`."""
    found = recipe.predict(list(inputs))
    return np.array([[each.probabilities[name] for name in recipe.class_names] for each in found])


EVERY = [(images, name) for name in METHODS if name != "udalm"]
# One of each kind on texts; the image network has batch normalization and several stages.
EVERY += [(texts, name) for name in ("udalm", "dann", "self_training", "shot")]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:With two classes, MCC")
@pytest.mark.parametrize(
    ("kind", "method"), EVERY, ids=lambda each: getattr(each, "__name__", each)
)
def test_a_method_begins_with_the_probe_and_returns_to_it_bit_for_bit(kind, method, monkeypatch):
    recipe, source, target = kind()
    recipe.fit(source, "feature_extraction", verbose=0)
    # An adaptation does not correct the confidence.
    recipe.model.get_layer("head").divide_logits(1 / recipe.history.calibration["temperature"])
    probe = answers(recipe, target)

    seen = {}
    begin = AdaptationStep.begin

    def noted(self, features):
        if self.method is not None:
            seen["target"] = answers(adapted, target)
        begin(self, features)
        if self.method is not None and self.method.adapts == "moments":
            # Each domain has its own standardization: the source's answers stay those of the probe.
            rows = np.flatnonzero(~self.rows.is_target)
            seen["source"] = self.read(rows, features).probabilities

    monkeypatch.setattr(AdaptationStep, "begin", noted)
    monkeypatch.setattr(
        Verdict,
        "reach",
        lambda evidence, uses_source: Verdict("harmed", ("set here",), evidence, "baseline"),
    )
    adapted = kind()[0]
    schedule = "auto"
    if resolve_method(method).bottleneck or method == "udalm":
        part = "all" if method == "udalm" else "head"
        schedule = [ktl.Phase(part, epochs=1, learning_rate=1e-2, keep="last")]
    adapted.fit(source, schedule, adapt_to=target, adaptation=method, verbose=0)

    after = answers(adapted, target)
    if method == "auto" and not seen:  # nothing is to be gained, so there is no first step
        np.testing.assert_allclose(after, probe, atol=1e-4)
        return
    np.testing.assert_allclose(seen["target"], probe, atol=1e-4)
    if method != "udalm":  # whose baseline trains all stages after the probe
        np.testing.assert_array_equal(after, seen["target"])
    if "source" in seen:
        inputs = [source.train.inputs, source.validation.inputs]
        alone = np.concatenate([answers(recipe, each) for each in inputs])
        np.testing.assert_allclose(seen["source"], alone, atol=1e-4)


def test_units_of_the_bottleneck_are_sized_by_the_source_however_far_the_target_is(monkeypatch):
    recipe, source, _ = images()
    target = (tiny.images(36, seed=1)[0] * 0.4).astype("uint8")
    sizes = {}
    begin = AdaptationStep.begin

    def noted(self, features):
        if self.method is not None:
            rows = np.flatnonzero(~self.rows.is_target[: self.examples.training_count])
            seen = self.read(rows, features).features
            used = seen[:, np.abs(seen).max(axis=0) > 1e-6]  # more units than directions
            sizes["source"] = float(np.square(used - used.mean(axis=0)).mean())
        begin(self, features)

    monkeypatch.setattr(AdaptationStep, "begin", noted)
    epoch = [ktl.Phase("head", epochs=1, keep="last")]
    recipe.fit(source, epoch, adapt_to=target, adaptation="dann", verbose=0)
    assert recipe.model.get_layer("bottleneck").kernel.shape[1] > 1
    assert sizes["source"] == pytest.approx(1.0, abs=0.05)
