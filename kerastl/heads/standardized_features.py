"""Layer that standardizes the pooled features of several stages and joins them."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from kerastl.heads.finite_features import finite_mean

_CHUNK = 4096  # examples


@keras.saving.register_keras_serializable(package="kerastl")
class StandardizedFeatures(keras.layers.Layer):
    """Centre and scale the pooled features of each stage, and concatenate them.

    Features of early and late stages differ in magnitude. On one scale, no stage dominates the
    head, Adam's step size suits all of the head's weights, and one quantization range serves the
    whole vector. Centre and scale are non-trainable weights; before `fit` they are 0 and 1.

    Args:
        **kwargs: As for `keras.layers.Layer`.

    Inputs are one tensor of shape `(batch, width)`, or a list of such tensors; widths may differ.

    Example:

    >>> layer = StandardizedFeatures()
    >>> layer([keras.ops.ones((2, 4)), keras.ops.ones((2, 3))]).shape
    TensorShape([2, 7])
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._widths: list[int] = []

    def build(self, input_shape: Any) -> None:
        """Create centre and scale, one number a feature."""
        shapes = input_shape if isinstance(input_shape[0], list | tuple) else [input_shape]
        self._widths = [shape[-1] for shape in shapes]
        # Without autocast they stay float32 under a mixed-precision policy.
        fixed = {"trainable": False, "dtype": "float32", "autocast": False}
        shape = (sum(self._widths),)
        self.centre = self.add_weight(shape, "zeros", name="centre", **fixed)
        self.scale = self.add_weight(shape, "ones", name="scale", **fixed)

    def call(self, inputs: Any) -> Any:
        """Return the standardized features, shape `(batch, sum of widths)`, float32."""
        feature_stages = inputs if isinstance(inputs, list | tuple) else [inputs]
        start, even = 0, []
        for stage, width in zip(feature_stages, self._widths, strict=True):
            part = slice(start, start + width)
            # Scaled before joining: a quantized concatenation has one range.
            even.append((ops.cast(stage, "float32") - self.centre[part]) * self.scale[part])
            start += width
        return even[0] if len(even) == 1 else ops.concatenate(even, axis=-1)

    def fit(self, features: Any, weights: np.ndarray | None = None) -> None:
        """Set centre and scale from training examples.

        All features of one stage share a scale: their relative sizes carry information, and a
        nearly constant feature is not amplified.

        Args:
            features: Features of all stages side by side, shape `(examples, sum of widths)`: an
                array, or an object whose slices are arrays.
            weights: Weight of each example, shape `(examples,)`. Defaults to None: 1 for each.

        Raises:
            ValueError: If a feature is not finite; the layer is then unchanged.
        """
        centre = finite_mean(features, weights)
        given = np.ones(len(features)) if weights is None else weights
        # Deviations from the centre: sums of squares lose small spreads beside large means.
        spread = sum(given[part] @ np.square(features[part] - centre) for part in _parts(features))
        spread = spread / given.sum()
        sizes = [
            np.sqrt(part.mean()) or 1.0 for part in np.split(spread, np.cumsum(self._widths)[:-1])
        ]
        scale = 1.0 / np.repeat(sizes, self._widths)
        self.assign(centre, scale)

    def centre_on(self, features: Any) -> None:
        """Set the centre from other examples, such as another domain's, and keep the scale.

        Args:
            features: As for `fit`.
        """
        self.centre.assign(finite_mean(features).astype("float32"))

    def assign(self, centre: Sequence[float] | np.ndarray, scale: np.ndarray) -> None:
        """Set centre and scale, each of shape `(sum of widths,)`."""
        self.centre.assign(np.asarray(centre, "float32"))
        self.scale.assign(np.asarray(scale, "float32"))

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """Return `(batch, sum of widths)`, or `(batch, length, sum of widths)` for sequences."""
        shapes = input_shape if isinstance(input_shape[0], list | tuple) else [input_shape]
        return (*shapes[0][:-1], sum(shape[-1] for shape in shapes))

    def compute_output_spec(self, inputs: Any) -> Any:
        """Return shape and dtype of the output."""
        feature_stages = inputs if isinstance(inputs, list | tuple) else [inputs]
        shape = self.compute_output_shape([tuple(each.shape) for each in feature_stages])
        return keras.KerasTensor(shape, dtype="float32")


def _parts(features: Any) -> list[slice]:
    return [slice(start, start + _CHUNK) for start in range(0, len(features), _CHUNK)]
