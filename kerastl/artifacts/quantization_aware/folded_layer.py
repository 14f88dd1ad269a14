"""A layer as the integer file computes it: normalization folded in, weights rounded."""

from typing import Any

import keras
from keras import ops

from kerastl.artifacts.quantization_aware.fake_quantization import round_weights


class FoldedLayer(keras.layers.Layer):
    """Run a convolution or dense layer, and the normalization after it, with rounded weights.

    Both layers' variables are shared, not copied. The kernel is
    multiplied by gamma / sigma before it is rounded, as in the file, with the moving statistics
    (Jacob et al. 2018, section 3.2; statistics stay still, as everywhere in kerastl).

    An exported file takes back the mean shift that rounding gives to an output; see
    `kerastl.artifacts.litert.bias_correction`. So does this layer, or training would learn to
    undo a shift that the file does not have.

    Args:
        layer: A `Conv2D`, `DepthwiseConv2D` or `Dense` layer, built.
        normalization: The `BatchNormalization` that alone takes the layer's output, or None.
        bits: Bits of a weight, 4 or 8.
        **kwargs: As for `keras.layers.Layer`.
    """

    def __init__(
        self, layer: keras.Layer, normalization: keras.Layer | None, bits: int, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.layer = layer
        self.normalization = normalization
        self.bits = bits
        self._is_depthwise = isinstance(layer, keras.layers.DepthwiseConv2D)
        self._has_activation = layer.activation not in (None, keras.activations.linear)

    def build(self, input_shape: Any) -> None:
        """Create the mean input of each channel, which calibration sets."""
        self.input_mean = self.add_weight(
            (input_shape[-1],), "zeros", trainable=False, name="input_mean"
        )

    def call(self, inputs: Any) -> Any:
        """Return what the file computes, before its own output is rounded."""
        kernel, bias = self._folded()
        axes = range(len(kernel.shape) - (2 if self._is_depthwise else 1))
        rounded = round_weights(kernel, axes, self.bits)
        bias = bias + ops.stop_gradient(self._shift(kernel - rounded))
        values = {id(self.layer.kernel): rounded}
        if self.layer.use_bias:
            values[id(self.layer.bias)] = bias
        # Every variable: within the scope none is looked up outside of it.
        mapping = [(each, values.get(id(each), each.value)) for each in self.layer.variables]
        with keras.StatelessScope(state_mapping=mapping):
            outputs = self.layer(inputs)
        if self.layer.use_bias or self._has_activation:
            # An activation without a bias before it leaves no place for the shift.
            return outputs
        return outputs + bias

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the shape of the wrapped layer's output."""
        return self.layer.compute_output_shape(input_shape)

    def _folded(self) -> tuple[Any, Any]:
        kernel = ops.convert_to_tensor(self.layer.kernel)
        bias = ops.convert_to_tensor(self.layer.bias) if self.layer.use_bias else 0.0
        norm = self.normalization
        if norm is None:
            return kernel, bias
        factor = 1.0 / ops.sqrt(norm.moving_variance + norm.epsilon)
        if norm.scale:
            factor = factor * norm.gamma
        bias = (bias - norm.moving_mean) * factor
        if norm.center:
            bias = bias + norm.beta
        if self._is_depthwise:
            return kernel * ops.reshape(factor, kernel.shape[-2:]), bias
        return kernel * factor, bias

    def _shift(self, lost: Any) -> Any:
        """Compute the mean shift of the output that rounding causes."""
        mean = ops.convert_to_tensor(self.input_mean)
        if self._is_depthwise:
            return ops.reshape(ops.sum(lost, axis=(0, 1)) * mean[:, None], (-1,))
        # A grouped convolution sees a part of the channels only: the file is not corrected either.
        if lost.shape[-2] != mean.shape[0]:
            return 0.0
        return mean @ ops.sum(lost, axis=tuple(range(len(lost.shape) - 2)))
