"""Pooling of features to one vector an example."""

from typing import Any

import keras
from keras import ops

from kerastl.basics.suggest import unknown_name
from kerastl.heads.mean_deviation import MeanAbsoluteDeviation

_MODES = ("mean", "cls", "last")


@keras.saving.register_keras_serializable(package="kerastl")
class SequencePooling(keras.layers.Layer):
    """Pool a sequence of token vectors into one vector, ignoring padding.

    Args:
        mode: `"mean"` averages the real tokens (sentence encoders such as MiniLM are
            trained for it: Reimers and Gurevych 2019), `"cls"` takes the first token (BERT:
            Devlin et al. 2019), `"last"` the last real token, the only one that attends
            to the whole text in a left-to-right model (GPT: Radford et al. 2018).
        **kwargs: As for `keras.layers.Layer`.

    Inputs are a pair: vectors, shape `(batch, length, width)`, and a mask, shape
    `(batch, length)`, nonzero at real tokens; or vectors alone, which are all real.

    Raises:
        ValueError: If the mode is unknown.

    Example:

    >>> pooling = SequencePooling("mean")
    >>> pooling([keras.ops.ones((2, 4, 8)), keras.ops.ones((2, 4))]).shape
    TensorShape([2, 8])
    """

    def __init__(self, mode: str = "mean", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if mode not in _MODES:
            raise unknown_name("pooling", mode, _MODES)
        self.mode = mode

    def call(self, inputs: Any) -> Any:
        """Return the pooled vectors, shape `(batch, width)`."""
        tokens, mask = inputs if isinstance(inputs, list | tuple) else (inputs, None)
        if self.mode == "cls":
            return tokens[:, 0]
        if mask is None:
            return tokens[:, -1] if self.mode == "last" else ops.mean(tokens, axis=1)
        mask = ops.cast(mask, tokens.dtype)
        if self.mode == "mean":
            weights = ops.expand_dims(mask, -1)
        else:
            weights = ops.expand_dims(self._last_real(mask), -1)
        total = ops.sum(tokens * weights, axis=1)
        # A text without any token leaves only padding: its vector is zero, not NaN.
        return total / ops.maximum(ops.sum(weights, axis=1), 1.0)

    def _last_real(self, mask: Any) -> Any:
        following = ops.concatenate([mask[:, 1:], ops.zeros_like(mask[:, :1])], axis=1)
        return mask * (1.0 - following)

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """Return `(batch, width)`."""
        tokens = input_shape[0] if isinstance(input_shape[0], list | tuple) else input_shape
        return (tokens[0], tokens[-1])

    def get_config(self) -> dict[str, Any]:
        """Return the layer's configuration."""
        return {**super().get_config(), "mode": self.mode}


def pooled(tensor: Any, pooling: str, mask: Any = None) -> list[Any]:
    """Pool a stage's output to vectors, one of each kind an example.

    Args:
        tensor: A feature map `(batch, height, width, channels)`, a sequence `(batch, length,
            width)` or vectors.
        pooling: A mode of `SequencePooling`; for feature maps `"statistics"` (mean and mean
            absolute deviation of each channel), `"max"`, `"none"` (flatten), or any other value
            for the mean.
        mask: Nonzero at the positions of a sequence that count. Defaults to None: all.

    Returns:
        Tensors of shape `(batch, features)`: two for `"statistics"`, else one.
    """
    if mask is not None:
        return [SequencePooling(pooling)([tensor, mask])]
    if pooling == "none" or len(tensor.shape) == 2:
        return [keras.layers.Flatten()(tensor)]
    if len(tensor.shape) == 3:
        return [SequencePooling(pooling)(tensor)]
    if pooling == "max":
        return [keras.layers.GlobalMaxPooling2D()(tensor)]
    mean = keras.layers.GlobalAveragePooling2D()(tensor)
    if pooling != "statistics":
        return [mean]
    return [mean, MeanAbsoluteDeviation()(tensor)]
