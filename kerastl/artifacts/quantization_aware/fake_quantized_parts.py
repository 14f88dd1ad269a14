"""Fake quantization of the dense layers inside a composite layer, such as a head."""

from typing import Any

import keras
from keras import ops

from kerastl.artifacts.quantization_aware.fake_quantization import round_weights


class FakeQuantizedParts(keras.layers.Layer):
    """Run a layer with rounded kernels of the dense layers inside it.

    Where one dense layer as wide as the input is all there is, as in the heads of kerastl, the mean
    shift that rounding gives to its output is taken back; see `FoldedLayer`.

    Args:
        layer: The layer, built; its variables are shared.
        bits: Bits of a weight, 4 or 8.
        **kwargs: As for `keras.layers.Layer`.
    """

    def __init__(self, layer: keras.Layer, bits: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.layer = layer
        self.bits = bits

    def build(self, input_shape: Any) -> None:
        """Create the mean input of each channel, which calibration sets."""
        self.input_mean = self.add_weight(
            (input_shape[-1],), "zeros", trainable=False, name="input_mean"
        )

    def call(self, inputs: Any) -> Any:
        """Return the layer's output."""
        values: dict[int, Any] = {}
        parts = dense_parts(self.layer)
        for part in parts:
            kernel = ops.convert_to_tensor(part.kernel)
            values[id(part.kernel)] = rounded = round_weights(kernel, [0], self.bits)
            if part.use_bias and len(parts) == 1 and kernel.shape[0] == inputs.shape[-1]:
                shift = ops.convert_to_tensor(self.input_mean) @ (kernel - rounded)
                values[id(part.bias)] = part.bias + ops.stop_gradient(shift)
        mapping = [(each, values.get(id(each), each.value)) for each in self.layer.variables]
        with keras.StatelessScope(state_mapping=mapping):
            return self.layer(inputs)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the shape of the wrapped layer's output."""
        return self.layer.compute_output_shape(input_shape)


def dense_parts(layer: Any) -> list[keras.layers.Dense]:
    """List the dense layers inside a layer; none in any other object."""
    if not isinstance(layer, keras.Layer):
        return []
    parts = layer._flatten_layers(include_self=False)
    return [part for part in parts if type(part) is keras.layers.Dense]
