"""A small classifier of domains."""

from typing import Any

import keras

from kerastl.basics.arguments import check_count


@keras.saving.register_keras_serializable(package="kerastl")
class DomainDiscriminator(keras.layers.Layer):
    """Classify features by domain, with one hidden ReLU layer.

    Args:
        domains: Number of domains, at least 2. Defaults to 2.
        hidden: Width of the hidden layer. Defaults to 100, the width in the digits experiments
            of Ganin et al. 2016.
        **kwargs: Arguments of `keras.layers.Layer`.

    Raises:
        ValueError: If `domains` is less than 2.

    Example:

    >>> DomainDiscriminator(2)(keras.ops.ones((4, 16))).shape
    TensorShape([4, 2])
    """

    def __init__(self, domains: int = 2, hidden: int = 100, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        check_count("domains", domains, at_least=2)
        self.domains = domains
        self.hidden = keras.layers.Dense(hidden, "relu", dtype="float32", name="hidden")
        self.logits = keras.layers.Dense(domains, dtype="float32", name="logits")

    def build(self, input_shape: Any) -> None:
        """Create the weights for features of the given shape."""
        self.hidden.build(input_shape)
        self.logits.build((*input_shape[:-1], self.hidden.units))
        super().build(input_shape)

    def call(self, features: Any) -> Any:
        """Return logits, shape `(batch, domains)`, float32."""
        return self.logits(self.hidden(features))

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """Return `(batch, domains)`."""
        return (*input_shape[:-1], self.domains)

    def get_config(self) -> dict[str, Any]:
        """Return the layer's configuration."""
        return {**super().get_config(), "domains": self.domains, "hidden": self.hidden.units}
