"""Two domains that differ by a turn and a shift, and a small classifier for them."""

import keras
import numpy as np

WIDTH = 6


def domain(count=120, shift=0.0, seed=0, classes=2):
    """Return points of clusters, one a class, moved by `shift` along every axis."""
    generator = np.random.default_rng(seed)
    labels = np.arange(count) % classes
    points = generator.normal(0, 0.5, (count, WIDTH))
    points[np.arange(count), labels] += 2.0
    return (points + shift).astype("float32"), labels.astype("int32")


def classifier(classes=2, seed=0):
    """Return a network with a layer named `features`."""
    keras.utils.set_random_seed(seed)
    inputs = keras.Input((WIDTH,))
    features = keras.layers.Dense(8, "relu", name="features")(inputs)
    return keras.Model(inputs, keras.layers.Dense(classes, "softmax")(features))
