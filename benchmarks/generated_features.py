"""Features with labels, drawn at random, whose spectrum falls as that of a trained network's."""

import numpy as np


def generated_features(
    examples: int, width: int, classes: int, seed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Draw class means and noise, both in directions of falling variance.

    Returns:
        Features, float32 of shape `(examples, width)`, and labels of shape `(examples,)`. Each
        class has at least one of the first `classes` examples.
    """
    drawn = np.random.default_rng(seed)
    scale = (1.0 / np.sqrt(1 + np.arange(width))).astype("float32")
    labels = drawn.integers(0, classes, examples)
    labels[:classes] = np.arange(classes)
    means = drawn.standard_normal((classes, width), dtype="float32")
    noise = drawn.standard_normal((examples, width), dtype="float32")
    noise *= 10
    noise += means[labels]
    noise *= scale
    return noise, labels
