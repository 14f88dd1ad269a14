"""A layer that reverses gradients."""

from typing import Any

import keras
from keras import ops

from kerastl.basics.arguments import check_number


@keras.saving.register_keras_serializable(package="kerastl")
class GradientReversal(keras.layers.Layer):
    """Return inputs unchanged, and multiply their gradient by minus the strength.

    Layers below it learn to increase the loss above it. Below a domain discriminator they learn
    features that it cannot classify by domain (Ganin and Lempitsky 2015, "Unsupervised Domain
    Adaptation by Backpropagation"). It needs no custom gradient, so it is exact on every backend.

    Args:
        strength: Factor on the reversed gradient, at least 0. Defaults to 1. It is stored in the
            weight `strength`, which `AdversarialStrength` raises during training.
        **kwargs: Arguments of `keras.layers.Layer`.

    Raises:
        ValueError: If the strength is negative.

    Example:

    ```python
    domain = DomainDiscriminator(2)(GradientReversal()(features))
    ```
    """

    def __init__(self, strength: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        check_number("strength", strength, "[0, inf)")
        self._initial = float(strength)
        # Small strengths round to 0 in half precision.
        self.strength = self.add_weight(
            (),
            keras.initializers.Constant(strength),
            dtype="float32",
            trainable=False,
            autocast=False,
            name="strength",
        )

    def call(self, inputs: Any) -> Any:
        """Return the inputs unchanged."""
        return reverse_gradient(inputs, self.strength)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the shape of the inputs."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Return the layer's configuration."""
        return {**super().get_config(), "strength": self._initial}


def reverse_gradient(values: Any, strength: Any) -> Any:
    """Return the values unchanged, with a gradient of minus the strength.

    Args:
        values: A tensor of any shape and float type.
        strength: A float32 scalar.
    """
    wide = ops.cast(values, "float32")
    turned = -strength * wide
    # The last two terms cancel exactly, except in the gradient.
    same = ops.stop_gradient(wide) + (turned - ops.stop_gradient(turned))
    return ops.cast(same, values.dtype)
