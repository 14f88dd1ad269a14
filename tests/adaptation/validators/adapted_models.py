"""Two synthetic models after adaptation: one accurate on the target, one harmed."""

import inspect
from dataclasses import dataclass

import numpy as np

from kerastl.adaptation.validators import VALIDATORS
from kerastl.training.linear_probe.probe import fit_probe


@dataclass(frozen=True)
class Model:
    """Data for validators, by the names of their arguments."""

    source_features: np.ndarray
    source_labels: np.ndarray
    source_probabilities: np.ndarray
    source_losses: np.ndarray
    target_features: np.ndarray
    target_probabilities: np.ndarray
    target_predictions: np.ndarray
    target_accuracy: float


def adapted(seed=0):
    """Return a model whose classes have the same features in both domains."""
    return _model(seed, spread=0.6, target_spread=0.6, kept=1.0)


def harmed(seed=0):
    """Return a model whose classes overlap in both domains, most in the target."""
    return _model(seed, spread=1.2, target_spread=1.2, kept=0.3)


def score(name, model, **changes):
    function = VALIDATORS[name]
    names = [name for name in inspect.signature(function).parameters if hasattr(model, name)]
    return function(**{name: changes.get(name, getattr(model, name)) for name in names})


def _model(seed, spread, target_spread, kept):
    generator = np.random.default_rng(seed)
    centres = 1.2 * generator.normal(size=(3, 8))
    labels = np.arange(120) % 3

    def examples(scale, noise):
        return (scale * centres[labels] + noise * generator.normal(size=(120, 8))).astype("float32")

    train, source = examples(1.0, spread), examples(1.0, spread)
    target = examples(kept, target_spread)
    probe = fit_probe(train, labels, 3, seed=0)

    def probabilities(features):
        odds = np.exp(features @ probe.kernel + probe.bias)
        return odds / odds.sum(axis=1, keepdims=True)

    on_source, on_target = probabilities(source), probabilities(target)
    return Model(
        source_features=source,
        source_labels=labels,
        source_probabilities=on_source,
        source_losses=-np.log(on_source[np.arange(120), labels]),
        target_features=target,
        target_probabilities=on_target,
        target_predictions=on_target.argmax(axis=1),
        target_accuracy=float(np.mean(on_target.argmax(axis=1) == labels)),
    )
