"""Backbone made from a user's own Keras model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from kerastl.backbones.backbone import Backbone, staged_image_model
from kerastl.backbones.weights import load_weights_file
from kerastl.basics.suggest import unknown_name

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
        model: Takes pixels (N, H, W, 3), or `token_ids` and `padding_mask` (N, T). Its last
            layers, such as a classifier, are left out by ending the last stage before them.
        stages: The last layer of each stage, by stage name, from input to output; see
            `kerastl.backbones.partition.partition`. Layers after the last stage are left out.
            Defaults to automatic stages up to the model's output.
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

    Raises:
        ValueError: The model is not functional or has other inputs; `preprocessing` is missing; a
            stage ends at an unknown layer or inside a block.

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

        self.model = model
        self.name = name or _checked(model).name
        self.weights = weights
        self.options = {}
        self.fine_tune_learning_rate = fine_tune_learning_rate
        flat = _truncated(flat_copy(model), stages)
        self.modality = _modality(flat)
        self.ends = dict(stages) if stages is not None else automatic_ends(flat)
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

    def build(self, image_size: tuple[int, int] | None = None) -> keras.Model:
        """Build the network with its weights; see `Backbone.build`.

        Raises:
            FileNotFoundError: The weights file does not exist.
            ValueError: The weights do not fit, or the model cannot take this image size.
        """
        import keras

        from kerastl.backbones.partition import chain

        size = image_size or self.image_size
        copy = flat_copy(self.model, None if size is None else (*size, 3))
        if self.weights is not None:
            load_weights_file(copy, self.weights, what=repr(self))
        source = _truncated(copy, self.ends)
        if self.modality == "image":
            return staged_image_model(source, self.ends, self._scaling(source), self.name)
        inputs = {
            each.name: keras.Input(each.shape[1:], dtype=each.dtype, name=each.name)
            for each in source.inputs
        }
        output = chain(source, self.ends, list(inputs.values()))
        return keras.Model(inputs, output, name=self.name)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of this backbone, with the model's configuration."""
        import keras

        scaling = self.preprocessing
        return {
            "kind": self.kind,
            "name": self.name,
            "model": keras.saving.serialize_keras_object(self.model),
            "stages": self.ends,
            "preprocessing": scaling
            if scaling is None or isinstance(scaling, str)
            else keras.saving.serialize_keras_object(scaling),
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

        given = {key: value for key, value in config.items() if key != "kind"}
        given["model"] = keras.saving.deserialize_keras_object(given["model"])
        if isinstance(given["preprocessing"], dict):
            given["preprocessing"] = keras.saving.deserialize_keras_object(given["preprocessing"])
        if given["image_size"] is not None:
            given["image_size"] = tuple(given["image_size"])
        return cls(given.pop("model"), **given)

    def _scaling(self, flat: keras.Model) -> keras.Layer | None:
        import keras

        from kerastl.backbones.preprocessing import MODES, PixelScaling

        stated = self.preprocessing
        if isinstance(stated, keras.Layer):
            return type(stated).from_config({**stated.get_config(), "name": "preprocessing"})
        if stated == "none" or (stated is None and _scales_itself(flat)):
            return None
        if stated in MODES:
            return PixelScaling.named(str(stated))
        if stated is not None:
            raise unknown_name("preprocessing", stated, (*MODES, "none"))
        raise ValueError(
            f"The pixel scaling of {self.name!r} is unknown, and a wrong one raises no error. Pass "
            "preprocessing='tf' (to -1..1), 'torch', 'caffe', a PixelScaling layer, or 'none' if "
            "the model takes 0..255 unscaled. "
            "Received: preprocessing=None"
        )


def _checked(model: Any) -> keras.Model:
    import keras

    is_graph = hasattr(model, "_nodes_by_depth") or getattr(model, "_functional", None)
    if not isinstance(model, keras.Model) or not is_graph:
        raise ValueError(
            "A backbone is a name, a path, or a functional or sequential Keras model that has "
            "been built; wrap another as keras.Model(inputs, model(inputs)). "
            f"Received: {model!r}"
        )
    return model


def flat_copy(model: keras.Model, shape: tuple[int, ...] | None = None) -> keras.Model:
    """Copy a model with its weights, nested models flattened, for another image shape."""
    import keras

    from kerastl.backbones.graph import replay_flat

    copy = keras.models.clone_model(_checked(model))
    for new, old in zip(copy.variables, model.variables, strict=True):
        # A copy of its own: on JAX a training step takes the buffers of what it trains.
        new.assign(keras.ops.copy(old))
    for layer in copy._flatten_layers():
        # Normalization copies its weights into plain tensors only when finalized.
        if hasattr(layer, "finalize_state"):
            layer.finalize_state()
    inputs = [
        keras.Input(shape or old.shape[1:], dtype=old.dtype, name=old.name) for old in copy.inputs
    ]
    try:
        outputs = replay_flat(copy, inputs)
    except ValueError as error:
        raise ValueError(
            f"The model {model.name!r} cannot take images of this size, for example because a "
            f"Dense layer follows Flatten: {error} Received: image_size={shape and shape[:2]}"
        ) from error
    return keras.Model(inputs, outputs, name=model.name)


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
