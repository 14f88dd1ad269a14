"""Stop a phase that does not improve on the weights it began with."""

from typing import Any

import numpy as np

from kerastl.training.selection.measured import Gain, Measured


class Futility:
    """Decide after each epoch whether a phase may still beat the weights that it began with.

    It may not if several epochs have run, none of them has a lower mean validation loss than the
    beginning, and the last one is not clearly on its way there: its loss is not lower than that of
    the epoch before by more than a standard error of the difference, example by example.

    Args:
        epochs: Number of epochs that must have run; None never stops a phase.
        required_gain: As in `Phase`. With a negative number, an epoch that is worse by fewer
            standard errors counts as a gain, since it may be kept. Defaults to 1.
    """

    def __init__(self, epochs: int | None, required_gain: float = 1.0) -> None:
        self._epochs = epochs
        self._least = min(0.0, required_gain)
        self._seen = 0
        self._has_gained = False
        self._before: np.ndarray | None = None

    def ends(self, beginning: Measured, measured: Measured) -> bool:
        """Return whether the phase ends after an epoch.

        Args:
            beginning: The weights that the phase began with.
            measured: The weights after the epoch.
        """
        if self._epochs is None:
            return False
        self._seen += 1
        self._has_gained |= Gain.between(beginning, measured).exceeds(self._least)
        closer = False
        if self._before is not None:
            closer = Gain.of(self._before, measured.losses).exceeds(1.0)
        self._before = measured.losses
        return self._seen >= self._epochs and not self._has_gained and not closer

    def get_state(self) -> dict[str, Any]:
        """Return what the next decisions depend on."""
        return {"seen": self._seen, "has_gained": self._has_gained, "before": self._before}

    def set_state(self, state: dict[str, Any]) -> None:
        """Continue from what `get_state` returned."""
        self._seen, self._has_gained = state["seen"], state["has_gained"]
        self._before = state["before"]
