"""Stop a phase that does not improve on the weights it began with."""

from typing import Any

from kerastl.training.selection.measured import Gain, Measured

# One standard error worse than the beginning: tuning first distorts features that it then improves.
_WORSE = -1.0


class Futility:
    """Decide after each epoch whether a phase may still beat the weights that it began with.

    It may not if several epochs have run, and the mean validation loss of each is higher than that
    of the beginning by more than a standard error of the difference, example by example.

    Args:
        epochs: Number of epochs that must have run; None never stops a phase.
        required_gain: As in `Phase`. With a number below -1, an epoch that is worse by fewer
            standard errors counts, since it may be kept. Defaults to 1.
    """

    def __init__(self, epochs: int | None, required_gain: float = 1.0) -> None:
        self._epochs = epochs
        self._least = min(_WORSE, required_gain)
        self._seen = 0
        self._is_promising = False

    def ends(self, beginning: Measured, measured: Measured) -> bool:
        """Return whether the phase ends after an epoch.

        Args:
            beginning: The weights that the phase began with.
            measured: The weights after the epoch.
        """
        if self._epochs is None:
            return False
        self._seen += 1
        self._is_promising |= Gain.between(beginning, measured).exceeds(self._least)
        return self._seen >= self._epochs and not self._is_promising

    def get_state(self) -> dict[str, Any]:
        """Return what the next decisions depend on."""
        return {"seen": self._seen, "is_promising": self._is_promising}

    def set_state(self, state: dict[str, Any]) -> None:
        """Continue from what `get_state` returned."""
        self._seen, self._is_promising = state["seen"], state["is_promising"]
