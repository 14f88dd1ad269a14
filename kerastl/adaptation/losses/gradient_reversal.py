"""The layer that turns gradients around."""

from typing import Any

import keras
from keras import ops

from kerastl.basics.arguments import check_number


@keras.saving.register_keras_serializable(package="kerastl")
class GradientReversal(keras.layers.Layer):
    """Pass values on as they are, and gradients multiplied by minus the strength.

    What comes before the layer learns to make the loss behind it larger: features that a
    domain discriminator cannot tell apart (Ganin and Lempitsky 2015, "Unsupervised Domain
    Adaptation by Backpropagation"). No custom gradient is needed, so it is exact on every backend.

    Args:
        strength: Factor on the reversed gradient, at least 0. Defaults to 1. It is the weight
            `strength`, which `AdversarialStrength` moves while a model trains.
        **kwargs: As for `keras.layers.Layer`.

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
        # Below float32 small strengths would vanish.
        self.strength = self.add_weight(
            (),
            keras.initializers.Constant(strength),
            dtype="float32",
            trainable=False,
            autocast=False,
            name="strength",
        )

    def call(self, inputs: Any) -> Any:
        """Return the inputs."""
        return reverse_gradient(inputs, self.strength)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the shape of the inputs."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Return the layer's configuration."""
        return {**super().get_config(), "strength": self._initial}


def reverse_gradient(values: Any, strength: Any) -> Any:
    """Return the values, with a gradient of minus the strength.

    Args:
        values: A tensor of any shape and precision.
        strength: A float32 scalar.
    """
    wide = ops.cast(values, "float32")
    turned = -strength * wide
    # The last two terms cancel, exactly, in all but the gradient.
    same = ops.stop_gradient(wide) + (turned - ops.stop_gradient(turned))
    return ops.cast(same, values.dtype)
