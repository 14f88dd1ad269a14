"""The phase that solves the head."""

from typing import Any

import keras
import numpy as np

from kerastl.training.examples import Examples
from kerastl.training.kept_features import KeptFeatures
from kerastl.training.probe import SolvedProbe, solve_probe


def solve_head(
    model: keras.Model, examples: Examples, seed: int
) -> tuple[SolvedProbe, dict[str, float]]:
    """Solve a model's head on what the frozen rest of it gives.

    Args:
        model: Has a `StandardizedTaps` named `"pooling"` and a head named `"head"`.
        examples: Where batches come from.
        seed: Seed of the folds.

    Returns:
        The probe, which the head now computes, and accuracy and loss on both splits by the
        names that Keras gives them.
    """
    pooling = model.get_layer("pooling")
    pooling.reset()
    extractor = keras.Model(model.inputs, {"pooled": pooling.output})
    train = KeptFeatures.compute(extractor, examples.training_in_order())
    features = pooling.fit(train.features["pooled"])
    probe = solve_probe(features, train.labels, examples.classes, seed)
    model.get_layer("head").assign(probe.kernel, probe.bias)
    validation = KeptFeatures.compute(extractor, examples.validation())
    logs = _figures(probe, features, train.labels)
    held_out = _figures(probe, validation.features["pooled"], validation.labels)
    return probe, logs | {f"val_{name}": value for name, value in held_out.items()}


def _figures(probe: SolvedProbe, features: np.ndarray, labels: np.ndarray) -> dict[str, float]:
    logits: Any = features @ probe.kernel + probe.bias
    logits -= logits.max(axis=1, keepdims=True)
    log_probabilities = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    return {
        "accuracy": float((logits.argmax(axis=1) == labels).mean()),
        "loss": float(-log_probabilities[np.arange(len(labels)), labels].mean()),
    }
