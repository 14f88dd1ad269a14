"""Layers of keras-hub's Vision Transformer that can be saved and loaded one by one.

The parents' `get_config` names values that their own constructors refuse (keras-hub 0.32): they
can be loaded only as parts of a whole `ViTBackbone`, whose blocks cannot be frozen apart.
"""

from __future__ import annotations

from typing import Any, TypeVar

import keras
from keras_hub.src.models.vit.vit_layers import ViTEncoderBlock, ViTPatchingAndEmbedding

LayerT = TypeVar("LayerT", bound=keras.Layer)


@keras.saving.register_keras_serializable(package="kerastl")
class PatchEmbedding(ViTPatchingAndEmbedding):
    """Cut images into patches and embed them."""

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make this layer again."""
        config = ViTPatchingAndEmbedding.get_config(self)
        del config["num_patches"], config["num_positions"]
        return {**config, "use_patch_bias": self.use_patch_bias, "data_format": self.data_format}


@keras.saving.register_keras_serializable(package="kerastl")
class EncoderBlock(ViTEncoderBlock):
    """Attend and transform: one block of the encoder."""

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make this layer again."""
        config = ViTEncoderBlock.get_config(self)
        del config["key_dim"]
        return config


def loadable(layer: LayerT, cls: type[LayerT], shape: tuple[int | None, ...]) -> LayerT:
    """Copy a layer with its weights into a subclass whose config can be loaded.

    Args:
        layer: A built layer.
        cls: The subclass.
        shape: The layer's input shape.
    """
    copy = cls.from_config(cls.get_config(layer))
    copy.build(shape)
    for new, old in zip(copy.variables, layer.variables, strict=True):
        # A copy of its own: on JAX a training step takes the buffers of what it trains.
        new.assign(keras.ops.copy(old))
    return copy
