"""Layer that scales 0..255 pixels to the range a backbone was trained on."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from kerastl.basics.suggest import unknown_name

# The three conventions of keras.applications: Inception's, Torchvision's, and Caffe's, whose
# means belong to blue, green and red in that order.
_MODES: dict[str, dict[str, Any]] = {
    "tf": {"scale": 1 / 127.5, "offset": -1.0},
    "torch": {
        "scale": [1 / (255 * 0.229), 1 / (255 * 0.224), 1 / (255 * 0.225)],
        "offset": [-0.485 / 0.229, -0.456 / 0.224, -0.406 / 0.225],
    },
    "caffe": {"scale": 1.0, "offset": [-103.939, -116.779, -123.68], "bgr": True},
}
MODES = tuple(_MODES)


def scaling_layer(stated: str | keras.Layer) -> keras.Layer | None:
    """Return the layer for a `preprocessing` argument; None for `"none"`.

    Raises:
        ValueError: If the name is unknown, or it is neither a name nor a layer.

    Example:

    >>> scaling_layer("tf").offset
    -1.0
    """
    if isinstance(stated, keras.Layer):
        return type(stated).from_config({**stated.get_config(), "name": "preprocessing"})
    if stated == "none":
        return None
    if stated not in MODES:
        raise unknown_name("preprocessing", stated, (*MODES, "none"))
    return PixelScaling.named(stated)


def scaling_config(stated: str | keras.Layer | None) -> Any:
    """Return a `preprocessing` argument as plain values."""
    return (
        keras.saving.serialize_keras_object(stated) if isinstance(stated, keras.Layer) else stated
    )


def scaling_from_config(config: Any) -> Any:
    """Return the argument that `scaling_config` was given."""
    return keras.saving.deserialize_keras_object(config) if isinstance(config, dict) else config


@keras.saving.register_keras_serializable(package="kerastl")
class PixelScaling(keras.layers.Layer):
    """Scale RGB pixels in 0..255 to a backbone's own range: `pixels * scale + offset`.

    Args:
        scale: Factor, one number or one a channel. Defaults to 1.
        offset: Added after scaling, one number or one a channel. Defaults to 0.
        bgr: Whether channels are first reordered from RGB to BGR. Defaults to False.
        **kwargs: Further arguments of `keras.layers.Layer`.

    Example:

    >>> import numpy as np
    >>> white = np.full((1, 1, 1, 3), 255.0, "float32")
    >>> PixelScaling.named("tf")(white).numpy().ravel().tolist()
    [1.0, 1.0, 1.0]
    """

    def __init__(
        self,
        scale: float | Sequence[float] = 1.0,
        offset: float | Sequence[float] = 0.0,
        bgr: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.scale = scale
        self.offset = offset
        self.bgr = bgr

    @classmethod
    def named(cls, mode: str, name: str = "preprocessing") -> "PixelScaling":
        """Make the scaling that keras.applications calls "tf", "torch" or "caffe"."""
        return cls(**_MODES[mode], name=name)

    def call(self, pixels: Any) -> Any:
        """Scale pixels, shape (N, H, W, 3)."""
        if self.bgr:
            # Slices, not a gather: LiteRT's full-integer kernels take these.
            pixels = ops.concatenate(
                [pixels[..., 2:3], pixels[..., 1:2], pixels[..., 0:1]], axis=-1
            )
        scale = ops.convert_to_tensor(self.scale, self.compute_dtype)
        return pixels * scale + ops.convert_to_tensor(self.offset, self.compute_dtype)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return the unchanged shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of this layer."""
        return {
            **super().get_config(),
            "scale": self.scale,
            "offset": self.offset,
            "bgr": self.bgr,
        }
