"""Backbone made from a user's own Keras model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from kerastl.backbones.backbone import STRIDE, Backbone, staged_image_model
from kerastl.backbones.flat_copy import flat_copy, for_image_size, functional
from kerastl.backbones.weights import load_weights_file
from kerastl.basics.keras_models.keras_settings import check_keras_settings

if TYPE_CHECKING:
    import keras

    from kerastl.backbones.hub.packing import TokenPacker
    from kerastl.backbones.partition import End

_POOLING_BY_RANK = {4: "average", 3: "mean", 2: "none"}
_SCALING_LAYERS = ("Rescaling", "Normalization", "PixelScaling")


class CustomBackbone(Backbone):
    """A user's own functional or sequential model, cut into stages.

    The model is copied: fine-tuning does not change the original. Nested models are flattened, so
    a stage may end at any of their layers.

    Args:
        model: Takes pixels (N, H, W, 3), or `token_ids` and `padding_mask` (N, T).
        stages: The last layer of each stage, by stage name, from input to output; see
            `kerastl.backbones.partition.partition`. Layers after the last stage are left out.
            Defaults to automatic stages without a classifier at the end.
        include_top: Whether a classifier at the end of the model is kept, so that its outputs are
            the features. Without `stages` only. Defaults to None: a classifier that ends in
            probabilities is left out with a warning, a linear layer at the end is an error.
        preprocessing: How pixels in 0..255 are scaled for the model: `"tf"`, `"torch"` or
            `"caffe"`, a layer such as `PixelScaling`, or `"none"` if the model takes them
            unscaled. May be left out if the model starts with `Rescaling` or `Normalization`.
        name: Defaults to the model's name.
        weights: A weights file. Defaults to the model's current weights.
        image_size: Default `(height, width)`. Defaults to the model's own.
        pooling: Defaults to `"average"`, `"mean"` or `"none"`, by the output's rank.
        packer: Turns texts into the model's token ids; for text only.
        max_sequence_length: Longest token sequence; for text only. Defaults to 512.
        fine_tune_learning_rate: Defaults to 1e-4.

    Attributes:
        left_out: Names of the layers of the classifier that was left out.

    Raises:
        ValueError: The model is not functional, has other inputs, a `Lambda` layer, or a last
            layer that may be a classifier; `preprocessing` is missing; a stage ends at an unknown
            layer or inside a block.

    Example:

    ```python
    layers = {"early": "block1_pool", "late": "block2_pool"}
    own = kerastl.backbone(model, stages=layers, preprocessing="torch")
    ```
    """

    kind: ClassVar[str] = "custom"

    def __init__(
        self,
        model: keras.Model,
        *,
        stages: Mapping[str, End] | None = None,
        include_top: bool | None = None,
        preprocessing: str | keras.Layer | None = None,
        name: str | None = None,
        weights: str | None = None,
        image_size: tuple[int, int] | None = None,
        pooling: str | None = None,
        packer: TokenPacker | None = None,
        max_sequence_length: int = 512,
        fine_tune_learning_rate: float = 1e-4,
    ) -> None:
        from kerastl.backbones.cuts import automatic_ends
        from kerastl.backbones.partition import partition
        from kerastl.backbones.trailing_classifier import without_classifier

        self.model = model
        self.name = name or functional(model).name
        self.weights = weights
        self.options = {}
        self.fine_tune_learning_rate = fine_tune_learning_rate
        whole = flat_copy(model)
        self.left_out: tuple[str, ...] = ()
        end: End = "output"
        if stages is None and include_top is not True:
            end, self.left_out = without_classifier(whole, include_top)
        flat = _truncated(whole, {"end": end} if stages is None else stages)
        self.modality = _modality(flat)
        self.ends = dict(stages or {})
        if stages is None:
            self.ends = automatic_ends(flat)
            self.ends[next(reversed(self.ends))] = end
        partition(flat, self.ends)
        self.pooling = pooling or _POOLING_BY_RANK[len(flat.outputs[0].shape)]
        self.preprocessing = preprocessing
        if self.modality == "image":
            self.image_size = image_size or _image_size(flat)
            self._scaling(flat)
        else:
            self.packer = packer
            self.max_sequence_length = max_sequence_length

    @property
    def stage_names(self) -> tuple[str, ...]:
        """Names of the stages, from input to output."""
        return tuple(self.ends)

    @property
    def size_step(self) -> int | None:
        """Pixels between two image sizes; None if the model declares its size."""
        from kerastl.backbones.frozen_graph import FrozenGraph

        is_frozen = any(isinstance(layer, FrozenGraph) for layer in self.model.layers)
        declares = any(side is not None for side in self.model.inputs[0].shape[1:-1])
        return None if self.modality != "image" or is_frozen or declares else STRIDE

    def build(self, image_size: tuple[int, int] | None = None) -> keras.Model:
        """Build the network with its weights; see `Backbone.build`.

        Raises:
            FileNotFoundError: The weights file does not exist.
            ValueError: The weights do not fit, or the model cannot take this image size.
        """
        import keras

        from kerastl.backbones.partition import chain

        check_keras_settings()
        copy = flat_copy(self.model)
        if self.weights is not None:
            load_weights_file(copy, self.weights, what=repr(self))
        source = _truncated(copy, self.ends)
        if self.modality == "image":
            # Without the classifier, which may take one size only.
            size = image_size or self.image_size
            assert size is not None
            source = for_image_size(source, size)
            return staged_image_model(source, self.ends, self._scaling(source), self.name)
        inputs = {
            each.name: keras.Input(each.shape[1:], dtype=each.dtype, name=each.name)
            for each in source.inputs
        }
        output = chain(source, self.ends, list(inputs.values()))
        return keras.Model(inputs, output, name=self.name)

    def __repr__(self) -> str:
        shown = f"backbone({self.name!r}, weights={self.weights!r}"
        return shown + (f", left_out={self.left_out!r})" if self.left_out else ")")

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of this backbone, with the model's configuration."""
        import keras

        from kerastl.backbones.preprocessing import scaling_config

        return {
            "kind": self.kind,
            "name": self.name,
            "model": keras.saving.serialize_keras_object(self.model),
            "stages": self.ends,
            "preprocessing": scaling_config(self.preprocessing),
            "weights": self.weights,
            "image_size": self.image_size,
            "pooling": self.pooling,
            "max_sequence_length": self.max_sequence_length or 512,
            "fine_tune_learning_rate": self.fine_tune_learning_rate,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> CustomBackbone:
        """Make a backbone from the result of `get_config`; its weights start random."""
        import keras

        import kerastl.backbones.frozen_graph  # noqa: F401
        from kerastl.backbones.preprocessing import scaling_from_config

        given = {key: value for key, value in config.items() if key != "kind"}
        given["model"] = keras.saving.deserialize_keras_object(given["model"])
        given["preprocessing"] = scaling_from_config(given["preprocessing"])
        if given["image_size"] is not None:
            given["image_size"] = tuple(given["image_size"])
        return cls(given.pop("model"), **given)

    def _scaling(self, flat: keras.Model) -> keras.Layer | None:
        from kerastl.backbones.preprocessing import scaling_layer

        if self.preprocessing is not None:
            return scaling_layer(self.preprocessing)
        if _scales_itself(flat):
            return None
        raise ValueError(
            f"The pixel scaling of {self.name!r} is unknown, and a wrong one raises no error. Pass "
            "preprocessing='tf' (to -1..1), 'torch', 'caffe', a PixelScaling layer, or 'none' if "
            "the model takes 0..255 unscaled. "
            "Received: preprocessing=None"
        )


def _truncated(flat: keras.Model, stages: Mapping[str, End] | None) -> keras.Model:
    import keras

    from kerastl.backbones.partition import end_tensors

    if stages is None:
        return flat
    if not stages:
        raise ValueError("`stages` must name at least one stage. Received: stages={}")
    output = end_tensors(flat, list(stages.values())[-1])
    return keras.Model(flat.inputs, output[0], name=flat.name)


def _modality(flat: keras.Model) -> str:
    names = sorted(each.name for each in flat.inputs)
    shapes = [tuple(each.shape) for each in flat.inputs]
    if names == ["padding_mask", "token_ids"]:
        return "text"
    if len(shapes) == 1 and len(shapes[0]) == 4 and shapes[0][-1] == 3:
        return "image"
    raise ValueError(
        "A backbone must take RGB images of shape (N, H, W, 3), or token_ids and padding_mask. "
        f"Received: {flat.name!r} with inputs {dict(zip(names, shapes, strict=True))}"
    )


def _image_size(flat: keras.Model) -> tuple[int, int]:
    height, width = flat.inputs[0].shape[1:3]
    if height is None or width is None:
        raise ValueError(
            f"The model {flat.name!r} takes images of any size. Pass the training size as "
            f"image_size=(height, width). Received: input shape {tuple(flat.inputs[0].shape)}"
        )
    return height, width


def _scales_itself(flat: keras.Model) -> bool:
    from kerastl.backbones.graph import nodes_in_order

    pixels = id(flat.inputs[0])
    readers = [
        type(node.operation).__name__
        for node in nodes_in_order(flat)
        if pixels in {id(tensor) for tensor in node.input_tensors}
    ]
    return bool(readers) and all(name in _SCALING_LAYERS for name in readers)
