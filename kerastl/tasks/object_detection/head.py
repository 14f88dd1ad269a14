"""The head of a detector: a feature pyramid with a box and a class for every anchor."""

import itertools
from collections.abc import Sequence
from typing import Any

import keras
from keras import layers

from kerastl.basics.arguments import check_count
from kerastl.tasks.object_detection.anchors import ANCHORS_PER_CELL, Anchors

# A fresh head calls one anchor in a hundred an object: the many that are none would otherwise
# swamp the first steps (Lin et al. 2017, "Focal loss for dense object detection").
_PRIOR_LOGIT = -4.595


@keras.saving.register_keras_serializable(package="kerastl")
class DetectionHead(layers.Layer):
    """Turn feature maps of a backbone into boxes and classes, as RetinaNet does.

    A feature pyramid (Lin et al. 2017, "Feature pyramid networks for object detection") joins the
    maps from the coarsest to the finest; two towers of convolutions, the same for every level,
    say for each anchor where its object is and of which class. keras-hub's `RetinaNet` is the same
    network with 256 filters and 4 convolutions fixed, too much for a processor or a phone.

    Args:
        classes: Number of classes, at least 1.
        image_size: `(height, width)` of the model's input in pixels.
        width: Filters of every convolution. Defaults to 64.
        depth: Convolutions of each tower. Defaults to 2.
        **kwargs: As for `keras.layers.Layer`.

    Call arguments:
        maps: Feature maps of shape `(batch, height, width, channels)`, from the finest to the
            coarsest, each with half as many cells a side as the one before.

    Returns:
        Shape `(batch, anchors, 4 + classes)`, float32: how the anchor's box has to be moved, and
        the logit of each class; `BoxDecoder` reads them.

    Raises:
        ValueError: If there is no class, or the maps do not halve.

    Example:

    >>> head = DetectionHead(classes=3, image_size=(64, 64), width=8)
    >>> head([keras.ops.ones((1, 4, 4, 5)), keras.ops.ones((1, 2, 2, 7))]).shape
    TensorShape([1, 180, 7])
    """

    def __init__(
        self,
        classes: int,
        image_size: Sequence[int],
        width: int = 64,
        depth: int = 2,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        check_count("classes", classes)
        self.classes = classes
        self.image_size = (int(image_size[0]), int(image_size[1]))
        self.width, self.depth = width, depth
        self.anchors: Anchors | None = None
        self.upsampling = layers.UpSampling2D(2, name="upsampling")
        self.towers = {
            "box": [self._tower("box", number) for number in range(depth)],
            "class": [self._tower("class", number) for number in range(depth)],
        }
        self.box = layers.Conv2D(
            4 * ANCHORS_PER_CELL, 3, padding="same", dtype="float32", name="box"
        )
        self.logits = layers.Conv2D(
            classes * ANCHORS_PER_CELL,
            3,
            padding="same",
            kernel_initializer=keras.initializers.RandomNormal(stddev=0.01),
            bias_initializer=keras.initializers.Constant(_PRIOR_LOGIT),
            dtype="float32",
            name="logits",
        )
        self.lateral: list[Any] = []
        self.lateral_norms: list[Any] = []
        self.merged: list[Any] = []
        self.coarser: list[Any] = []

    def build(self, input_shape: Any) -> None:
        """Create the weights for feature maps of the given shapes."""
        for finer, coarser in itertools.pairwise(input_shape):
            if (coarser[1], coarser[2]) != (-(-finer[1] // 2), -(-finer[2] // 2)):
                raise ValueError(
                    "Each feature map must have half as many cells a side as the one before. "
                    f"Received: maps of shape {[tuple(shape) for shape in input_shape]}"
                )
        # Rounded, as 100 pixels in 13 cells are a stride of 8.
        finest = round(self.image_size[0] / input_shape[0][1])
        strides = tuple(finest * 2**level for level in range(len(input_shape)))
        self.anchors = Anchors.covering(self.image_size, strides)
        wide = (None, None, None, self.width)
        for level, shape in enumerate(input_shape):
            self.lateral.append(layers.Conv2D(self.width, 1, name=f"lateral{level}"))
            # Keras's momentum of 0.99 needs more steps than a few hundred images give.
            self.lateral_norms.append(
                layers.BatchNormalization(momentum=0.9, name=f"lateral_norm{level}")
            )
            self.merged.append(self._convolution(f"merged{level}"))
            self.lateral[-1].build(shape)
            self.lateral_norms[-1].build(wide)
            self.merged[-1].build(wide)
        for level in range(len(strides), len(self.anchors.strides)):
            self.coarser.append(self._convolution(f"coarser{level}", strides=2))
            self.coarser[-1].build(wide)
        for layer in (*self.towers["box"], *self.towers["class"], self.box, self.logits):
            layer.build(wide)
        super().build(input_shape)

    def call(self, maps: Sequence[Any], training: bool | None = None) -> Any:
        """Return box offsets and class logits of every anchor."""
        boxes, logits = [], []
        for level in self._pyramid(maps, training):
            box, kind = level, level
            for layer in self.towers["box"]:
                box = layer(box)
            for layer in self.towers["class"]:
                kind = layer(kind)
            cells = level.shape[1] * level.shape[2] * ANCHORS_PER_CELL
            boxes.append(keras.ops.reshape(self.box(box), (-1, cells, 4)))
            logits.append(keras.ops.reshape(self.logits(kind), (-1, cells, self.classes)))
        joined = [keras.ops.concatenate(each, axis=1) for each in (boxes, logits)]
        return keras.ops.concatenate(joined, axis=-1)

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """Return `(batch, anchors, 4 + classes)`."""
        if not self.built:
            self.build(input_shape)
        assert self.anchors is not None
        return (input_shape[0][0], len(self.anchors.boxes()), 4 + self.classes)

    def get_config(self) -> dict[str, Any]:
        """Return the layer's configuration."""
        return {
            **super().get_config(),
            "classes": self.classes,
            "image_size": list(self.image_size),
            "width": self.width,
            "depth": self.depth,
        }

    def _pyramid(self, maps: Sequence[Any], training: bool | None) -> list[Any]:
        levels = [
            norm(lateral(each), training=training)
            for each, lateral, norm in zip(maps, self.lateral, self.lateral_norms, strict=True)
        ]
        for place in reversed(range(len(levels) - 1)):
            height, width = levels[place].shape[1:3]
            coarse = self.upsampling(levels[place + 1])
            if coarse.shape[1:3] != (height, width):
                coarse = coarse[:, :height, :width]
            levels[place] = levels[place] + coarse
        levels = [layer(each) for each, layer in zip(levels, self.merged, strict=True)]
        for layer in self.coarser:
            levels.append(layer(levels[-1]))
        return levels

    def _tower(self, name: str, number: int) -> Any:
        return self._convolution(f"{name}_tower{number}")

    def _convolution(self, name: str, strides: int = 1) -> Any:
        return layers.Conv2D(
            self.width,
            3,
            strides=strides,
            padding="same",
            activation="relu",
            kernel_initializer="he_normal",
            name=name,
        )


def pyramid_of(features: keras.Model, stage_names: Sequence[str]) -> list[Any]:
    """Return the last feature map of each of the three coarsest resolutions of a backbone.

    Args:
        features: A staged backbone for images; see `kerastl.backbones.Backbone.build`.
        stage_names: Its stages, from input to output.

    Returns:
        One to three tensors, from the finest to the coarsest: strides 8, 16 and 32 of a ResNet or
        a MobileNet.

    Raises:
        ValueError: If the backbone gives no feature maps.
    """
    by_size: dict[tuple[int, int], Any] = {}
    for name in stage_names:
        tensor = keras.tree.flatten(features.get_layer(name).output)[-1]
        if len(tensor.shape) == 4:
            by_size[tuple(tensor.shape[1:3])] = tensor
    if not by_size:
        raise ValueError(
            "A detector needs a backbone whose stages give feature maps (height, width, channels). "
            f"Received: {features.name!r} with stages {', '.join(stage_names)}"
        )
    return list(by_size.values())[-3:]
