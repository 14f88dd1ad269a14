"""Base class of all backbones."""

from __future__ import annotations

import abc
import reprlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    import keras

    from kerastl.backbones.hub.packing import TokenPacker
    from kerastl.backbones.partition import End

STRIDE = 32
"""Step between the image sizes of a convolutional network: that of its last feature map."""

POOLINGS = {
    "image": ("average", "avg", "mean", "max", "none"),
    "text": ("mean", "cls", "last", "none"),
}
"""The names of poolings by modality."""


def poolings_of(backbone: Backbone) -> tuple[str, ...]:
    """Return the names of the poolings that a backbone's output can have.

    An image backbone whose output is a sequence, such as a vision transformer, has a pooling of
    sequences as its own.
    """
    known = POOLINGS[backbone.modality]
    own = (backbone.pooling,) if backbone.pooling in POOLINGS["text"] else ()
    return tuple(dict.fromkeys((*known, *own)))


class Backbone(abc.ABC):
    """A pre-trained network without its classifier, divided into named stages.

    Get one from `kerastl.backbone`. Subclasses differ in where the layers come from.

    Attributes:
        name: The name or path it was requested by, such as `"mobilenet_v2"`.
        modality: `"image"` or `"text"`.
        weights: A name such as `"imagenet"` or a preset's, a path, or None for random ones.
        options: Options of the builder, such as `{"alpha": 0.35}`.
        image_size: Default `(height, width)` in pixels; None for text.
        max_sequence_length: Longest token sequence; None for images.
        pooling: Default way to reduce features to one vector: `"average"` of a feature map;
            `"mean"`, `"cls"` or `"last"` of a sequence; `"none"` if they already are a vector.
        fine_tune_learning_rate: Learning rate at which fine-tuning with Adam starts.
        packer: Turns texts into token ids; None for images.
    """

    kind: ClassVar[str]
    """Name of the subclass in a configuration."""

    name: str
    modality: str
    weights: str | None
    options: dict[str, Any]
    image_size: tuple[int, int] | None = None
    max_sequence_length: int | None = None
    pooling: str = "average"
    fine_tune_learning_rate: float
    packer: TokenPacker | None = None

    @property
    @abc.abstractmethod
    def stage_names(self) -> tuple[str, ...]:
        """Names of the stages, from input to output."""

    @property
    def feature_stages(self) -> tuple[str, ...]:
        """Stages whose features the head reads by default.

        Image networks: all stages; early ones add few features, and these describe textures.
        Text networks: the upper half; lower layers encode words rather than sentences.
        """
        names = self.stage_names
        return names if self.modality == "image" else names[len(names) // 2 :]

    @property
    def size_step(self) -> int | None:
        """Pixels between two image sizes that the network takes; None if it takes one size only.

        For sizes that differ from its own by multiples of the step, a convolutional network
        computes the same function of each neighbourhood.
        """
        return None

    @abc.abstractmethod
    def build(self, image_size: tuple[int, int] | None = None) -> keras.Model:
        """Build the network with its weights.

        Args:
            image_size: `(height, width)` in pixels, for images only. Defaults to
                `self.image_size`.

        Returns:
            A functional model. Its input is `pixels`, float32 (N, H, W, 3), RGB in 0..255, or
            the dict of `token_ids` and `padding_mask`, int32 (N, T). Its layers are the inputs,
            a `"preprocessing"` layer if the network needs one, and the stages. Its output is a
            feature map (N, h, w, C) or a sequence (N, T, D).
        """

    @abc.abstractmethod
    def get_config(self) -> dict[str, Any]:
        """Return the JSON-able arguments of this backbone; weights are not included.

        `kerastl.backbones.backbone_from_config` makes the backbone from them.
        """

    def import_layers(self) -> None:
        """Register the layers of built models with Keras, so that it can load a saved model."""
        import kerastl.backbones.frozen_graph
        import kerastl.backbones.preprocessing
        import kerastl.backbones.stage  # noqa: F401

    def __repr__(self) -> str:
        # Shortened: an option may be a whole vocabulary.
        extra = "".join(f", {key}={reprlib.repr(each)}" for key, each in self.options.items())
        return f"backbone({self.name!r}, weights={self.weights!r}{extra})"


def staged_image_model(
    source: keras.Model, ends: Mapping[str, End], preprocessing: Any, name: str
) -> keras.Model:
    """Join pixels, preprocessing and stages into one model.

    Args:
        source: Functional image model with one input and one output.
        ends: Where each stage ends; see `kerastl.backbones.partition.partition`.
        preprocessing: A layer for pixels in 0..255, or None if `source` scales them itself.
        name: The model's name.
    """
    import keras

    from kerastl.backbones.partition import chain

    pixels = keras.Input(source.inputs[0].shape[1:], dtype="float32", name="pixels")
    scaled = pixels if preprocessing is None else preprocessing(pixels)
    return keras.Model(pixels, chain(source, ends, [scaled]), name=name)
