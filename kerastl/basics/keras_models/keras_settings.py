"""Check Keras's global settings before a model is built, trained or loaded."""

from __future__ import annotations

PRECISIONS = ("float32", "mixed_float16", "mixed_bfloat16")
"""Names of the dtype policies that recipes are built and trained under."""


def check_keras_settings() -> None:
    """Raise an error for a global setting of Keras that recipes do not support.

    Raises:
        ValueError: If the image data format is `"channels_first"`, or floats or the dtype policy
            are other than float32 and mixed precision.

    Example:

    >>> check_keras_settings()
    """
    import keras

    layout = keras.config.image_data_format()
    if layout != "channels_last":
        raise ValueError(
            "Images have the shape (N, height, width, channels) here: call "
            "keras.config.set_image_data_format('channels_last'), and look for "
            "image_data_format in ~/.keras/keras.json. "
            f"Received: image_data_format={layout!r}"
        )
    floats = keras.config.floatx()
    if floats != "float32":
        raise ValueError(
            "Weights are float32 here: call keras.config.set_floatx('float32'), and look for "
            "floatx in ~/.keras/keras.json. For faster training, call "
            "keras.config.set_dtype_policy('mixed_float16'). "
            f"Received: floatx={floats!r}"
        )
    policy = keras.config.dtype_policy().name
    if policy not in PRECISIONS:
        raise ValueError(
            "Recipes are built under the dtype policies "
            f"{', '.join(map(repr, PRECISIONS))}: call keras.config.set_dtype_policy('float32') "
            f"or one of the others. Received: dtype policy {policy!r}"
        )
