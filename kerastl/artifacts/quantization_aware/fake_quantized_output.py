"""Fake quantization of a layer's output to 8 bits."""

from typing import Any

import keras

from kerastl.artifacts.quantization_aware.fake_quantization import round_activations


class FakeQuantizedOutput(keras.layers.Layer):
    """Round a tensor to the 8-bit values of a calibrated range.

    The range does not train; calibration sets it.

    Args:
        **kwargs: As for `keras.layers.Layer`.
    """

    def build(self, input_shape: Any) -> None:
        """Create the range."""
        self.low = self.add_weight((), "zeros", trainable=False, name="low")
        self.high = self.add_weight((), "ones", trainable=False, name="high")

    def call(self, inputs: Any) -> Any:
        """Return the rounded values."""
        return round_activations(inputs, self.low, self.high)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the unchanged shape."""
        return input_shape
