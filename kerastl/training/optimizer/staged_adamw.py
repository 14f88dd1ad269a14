"""AdamW for variables that start to train at different times."""

from collections.abc import Mapping
from typing import Any

import keras
from keras import ops

from kerastl.basics.arguments import check_number

_NEVER_DECAYED = frozenset({"bias", "gamma", "beta"})


@keras.saving.register_keras_serializable(package="kerastl")
class StagedAdamW(keras.optimizers.AdamW):
    """AdamW with a step count and a learning rate for each variable.

    Adam divides its moment estimates by what a zero beginning leaves out of them, and Keras
    counts that beginning once for all variables (Kingma and Ba 2015). A variable unfrozen
    after a thousand steps is corrected as if its moments were a thousand steps old: its first
    update is 2.5 times the nominal rate, its tenth 5 times. Here every variable has a
    counter, which moves only in a step that updates it. Where all variables train from the
    start, the updates are those of `keras.optimizers.AdamW`.

    Weight decay leaves biases, the gamma and beta of norms and every variable with one
    dimension alone, besides what `exclude_from_weight_decay` names.

    Args:
        learning_rate: A float or a `keras.optimizers.schedules.LearningRateSchedule`, which counts
            updates, not batches, if gradients are accumulated. Defaults to 1e-3.
        rate_multipliers: Factor on the learning rate by variable path, such as
            `{"stem/conv/kernel": 0.1}`. Weight decay follows the variable's own rate.
            A variable that is not named has the factor 1, and a path that no trained
            variable has is ignored, as later phases may train it.
        **kwargs: Further arguments of `keras.optimizers.AdamW`.

    Attributes:
        step_counts: Number of updates of each variable, one integer variable each; made by `build`.

    Raises:
        ValueError: If a factor is not above 0.

    Example:

    >>> optimizer = StagedAdamW(1e-3, rate_multipliers={"stem/kernel": 0.1})
    >>> optimizer.get_config()["rate_multipliers"]
    {'stem/kernel': 0.1}
    """

    def __init__(
        self,
        learning_rate: Any = 1e-3,
        *,
        rate_multipliers: Mapping[str, float] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(learning_rate=learning_rate, **kwargs)
        for path, factor in (rate_multipliers or {}).items():
            check_number(f"rate_multipliers[{path!r}]", factor, "(0, inf)")
        self.rate_multipliers = dict(rate_multipliers or {})

    def build(self, var_list: list[Any]) -> None:
        """Create moments and a counter for every variable."""
        if self.built:
            return
        super().build(var_list)
        self.step_counts = [
            self.add_variable((), dtype="int", name=f"{variable.path.replace('/', '_')}_step")
            for variable in var_list
        ]
        self._factors = [self.rate_multipliers.get(each.path, 1.0) for each in var_list]
        self._decayed = [
            self._use_weight_decay(each) and each.name not in _NEVER_DECAYED and len(each.shape) > 1
            for each in var_list
        ]

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """Decay and update one variable, by its own counter and rate."""
        index = self._get_variable_index(variable)
        momentum, velocity = self._momentums[index], self._velocities[index]
        self.assign_add(self.step_counts[index], 1)
        # Always in float32: bfloat16 rounds 0.999 to 1.
        step = ops.cast(self.step_counts[index], "float32")
        rate = ops.cast(learning_rate, "float32") * self._factors[index]
        corrected = (
            rate
            * ops.sqrt(1 - ops.power(ops.cast(self.beta_2, "float32"), step))
            / (1 - ops.power(ops.cast(self.beta_1, "float32"), step))
        )
        if self.weight_decay and self._decayed[index]:
            decay = ops.cast(self.weight_decay * rate, variable.dtype)
            self.assign_sub(variable, variable * decay)
        gradient = ops.cast(gradient, variable.dtype)
        self.assign_add(momentum, ops.multiply(ops.subtract(gradient, momentum), 1 - self.beta_1))
        self.assign_add(
            velocity,
            ops.multiply(ops.subtract(ops.square(gradient), velocity), 1 - self.beta_2),
        )
        if self.amsgrad:
            largest = self._velocity_hats[index]
            self.assign(largest, ops.maximum(largest, velocity))
            velocity = largest
        self.assign_sub(
            variable,
            ops.divide(
                ops.multiply(momentum, ops.cast(corrected, variable.dtype)),
                ops.add(ops.sqrt(velocity), self.epsilon),
            ),
        )

    def _apply_weight_decay(self, variables: list[Any]) -> None:
        """Do nothing: `update_step` decays by the variable's own rate."""

    def _get_current_learning_rate(self) -> Any:
        # With accumulated gradients, Keras calls a schedule with batches, not updates.
        if isinstance(self._learning_rate, keras.optimizers.schedules.LearningRateSchedule):
            return self._learning_rate(self.iterations)
        return super()._get_current_learning_rate()

    def take_over(self, previous: "StagedAdamW") -> None:
        """Copy the state of another optimizer for the variables that both train.

        Moments and counters are copied; every other variable starts at zero. Accumulated
        gradients that have not been applied are not copied.

        Args:
            previous: The optimizer of earlier training. Nothing is copied from one that was never
                built.

        Raises:
            ValueError: If this optimizer is not built, or the other is not a `StagedAdamW`.

        Example:

        ```python
        optimizer = StagedAdamW(1e-4)
        optimizer.build(model.trainable_variables)
        optimizer.take_over(previous)
        ```
        """
        if not isinstance(previous, StagedAdamW):
            raise ValueError(
                "`previous` must be a StagedAdamW: other optimizers have no step count for each "
                f"variable. Received: previous={previous!r}"
            )
        if not self.built:
            raise ValueError(
                "Call `build(model.trainable_variables)` before `take_over`. "
                f"Received: an optimizer without variables, {self.name!r}"
            )
        if not previous.built:
            return
        slots = ["_momentums", "_velocities", "step_counts"]
        if self.amsgrad and previous.amsgrad:
            slots.append("_velocity_hats")
        for variable in self._trainable_variables:
            if self._var_key(variable) not in previous._trainable_variables_indices:
                continue
            for slot in slots:
                kept = getattr(previous, slot)[previous._get_variable_index(variable)]
                # A copy: JAX donates the buffers of a finished step to the next one.
                getattr(self, slot)[self._get_variable_index(variable)].assign(ops.copy(kept))

    def _overwrite_model_variables_with_average_value(self, trainable_variables: list[Any]) -> None:
        # Keras pairs the two lists by position, which fails as soon as some variables are
        # frozen; and the average of a frozen variable is the variable only up to rounding.
        for variable in trainable_variables:
            if variable.trainable:
                average = self._model_variables_moving_average[self._get_variable_index(variable)]
                variable.assign(average)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments as plain values."""
        return {**super().get_config(), "rate_multipliers": dict(self.rate_multipliers) or None}
