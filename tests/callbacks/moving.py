"""Models of three makes, and a callback that notes what moves in each epoch."""

import keras
import numpy as np

from kerastl.training.freezing.freezing import stages
from tests.training import tiny

BLOCKS = ("block1", "block2", "block3")


def staged():
    """A model made of stages and a head."""
    features = tiny.backbone().build()
    pooled = keras.layers.GlobalAveragePooling2D()(features.output)
    return keras.Model(features.input, keras.layers.Dense(3, name="head")(pooled))


def sequential():
    """A plain row of layers."""
    layers = [keras.Input((tiny.SIZE, tiny.SIZE, 3)), keras.layers.Rescaling(1 / 255)]
    for block in BLOCKS:
        layers += _block(block)
    pooled = keras.layers.GlobalAveragePooling2D(name="pool")
    return keras.Sequential([*layers, pooled, keras.layers.Dense(3, name="head")])


def nested():
    """A functional model around a frozen functional backbone, as in Keras's own guide."""
    pixels = keras.Input((tiny.SIZE, tiny.SIZE, 3))
    x = pixels
    for block in BLOCKS:
        for layer in _block(block):
            x = layer(x)
    backbone = keras.Model(pixels, x, name="backbone")
    backbone.trainable = False
    inputs = keras.Input((tiny.SIZE, tiny.SIZE, 3))
    x = backbone(keras.layers.Rescaling(1 / 255)(inputs), training=False)
    x = keras.layers.GlobalAveragePooling2D(name="pool")(x)
    return keras.Model(inputs, keras.layers.Dense(3, name="head")(x))


def _block(name):
    return [
        keras.layers.Conv2D(4, 3, padding="same", name=name),
        keras.layers.BatchNormalization(name=f"{name}_norm"),
        keras.layers.ReLU(name=f"{name}_end"),
    ]


def examples(count=32):
    images, names = tiny.images(count)
    return images.astype("float32"), np.unique(names, return_inverse=True)[1]


def compiled(model, optimizer="sgd", **settings):
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer, loss, metrics=["accuracy"], **settings)
    return model


def fit(model, *callbacks, **settings):
    settings = {"epochs": 3, "batch_size": 16, "verbose": 0, **settings}
    return model.fit(*examples(), callbacks=list(callbacks), **settings)


class Movement(keras.callbacks.Callback):
    """Note, for each epoch, whose weights and whose statistics moved.

    Stages go by their names; layers by theirs, a block's normalization as `BLOCK_norm`.
    """

    def __init__(self):
        super().__init__()
        self.weights, self.statistics, self.epochs = [], [], []

    def on_epoch_begin(self, epoch, logs=None):
        self.epochs.append(epoch)
        self._before = self._values()

    def on_epoch_end(self, epoch, logs=None):
        moved = {
            key
            for key, value in self._values().items()
            if not np.array_equal(value, self._before[key])
        }
        self.weights.append({name for name, path in moved if "moving" not in path})
        self.statistics.append({name for name, path in moved if "moving" in path})

    def _values(self):
        model = self.model
        units = [*stages(model)] or [
            layer for layer in model._flatten_layers() if not isinstance(layer, keras.Model)
        ]
        if stages(model):
            units.append(model.get_layer("head"))
        return {
            (unit.name, weight.path): keras.ops.convert_to_numpy(weight)
            for unit in units
            for weight in unit.weights
        }


class Script(keras.callbacks.Callback):
    """Reports the scripted metrics, one an epoch."""

    def __init__(self, name, metrics, first=0):
        super().__init__()
        self.name, self.metrics, self.first = name, metrics, first

    def on_epoch_end(self, epoch, logs=None):
        logs[self.name] = self.metrics[epoch - self.first]


def with_norms(*blocks):
    return {name for block in blocks for name in (block, f"{block}_norm")}
