"""Lower a Keras Adam's learning rate after an unfreezing."""

from typing import Any

import keras


class Rewarming:
    """Lower the learning rate until newly unfrozen weights have settled moments.

    Keras's Adam corrects the moments of all weights by the steps since the very first one. The
    moments of a weight unfrozen later are hardly corrected: in its first hundred steps it moves
    3 to 6 times as far as the rate. The rate is lowered by exactly this factor, step by step, and
    is nearly back after `4 / (1 - beta_2)` steps. Weights that trained before are slowed down
    meanwhile; `StagedAdamW` avoids this.

    The rate is lowered only while a step runs: other callbacks and saved epochs see the rate
    that was set.

    Args:
        adam: A built `keras.optimizers.Adam` whose rate is a number.

    Example:

    ```python
    rewarming = Rewarming(optimizer)
    rewarming.begin()
    rewarming.lower(steps=1)
    ...
    rewarming.restore()
    ```
    """

    def __init__(self, adam: Any) -> None:
        self._adam = adam
        self._beginnings: list[int] = []
        self._rates: tuple[float, float] | None = None

    def begin(self) -> None:
        """Record that weights begin to train now."""
        self._beginnings.append(int(self._adam.iterations))

    def lower(self, steps: int) -> None:
        """Lower the rate for the next steps.

        Args:
            steps: How many steps run before `restore`.
        """
        if not self._beginnings:
            return
        now = int(self._adam.iterations) + 1
        self._beginnings = [first for first in self._beginnings if not self._settled(now - first)]
        factor = min(
            (
                self._correction(step - first) / self._correction(step)
                for step in range(now, now + steps)
                for first in self._beginnings
            ),
            default=1.0,
        )
        if factor < 1:
            rate = self._rate()
            self._adam.learning_rate = rate * factor
            self._rates = rate, self._rate()

    def restore(self) -> None:
        """Restore the rate, unless other code has changed it meanwhile."""
        if self._rates is not None:
            rate, lowered = self._rates
            if self._rate() == lowered:
                self._adam.learning_rate = rate
            self._rates = None

    def _rate(self) -> float:
        return float(keras.ops.convert_to_numpy(self._adam.learning_rate))

    def _correction(self, step: int) -> float:
        return (1 - self._adam.beta_2**step) ** 0.5 / (1 - self._adam.beta_1**step)

    def _settled(self, step: int) -> bool:
        return self._adam.beta_2**step < 0.02 and self._adam.beta_1**step < 0.02
