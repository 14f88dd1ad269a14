"""A tiny staged network with batch normalization and dropout in every stage."""

import keras
import numpy as np

import kerastl as ktl

SIZE = 12
STAGES = ("stage1", "stage2", "stage3")


def network():
    """Return a Keras model whose layers are named after the stages they end."""
    pixels = keras.Input((SIZE, SIZE, 3))
    x = keras.layers.Rescaling(1 / 255)(pixels)
    for stage in STAGES:
        x = keras.layers.Conv2D(6, 3, padding="same")(x)
        x = keras.layers.BatchNormalization()(x)
        x = keras.layers.ReLU()(x)
        x = keras.layers.Dropout(0.3, name=f"{stage}_end")(x)
    return keras.Model(pixels, x, name="tiny")


def backbone(**settings):
    """Declare the network as a backbone."""
    return ktl.backbone(network(), stages={stage: f"{stage}_end" for stage in STAGES}, **settings)


def images(count=48, classes=3, seed=0):
    """Return images whose class shows in their colour."""
    generator = np.random.default_rng(seed)
    labels = np.arange(count) % classes
    images = generator.integers(0, 120, (count, SIZE, SIZE, 3))
    images[np.arange(count), :, :, labels] += 120
    return images.astype("uint8"), np.array(["red", "green", "blue"])[labels]
