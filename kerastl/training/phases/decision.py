"""The phases that a schedule chose after its linear probe, with reasons."""

from dataclasses import dataclass
from typing import Any

from kerastl.training.phases.phase import Phase


@dataclass(frozen=True)
class Decision:
    """Phases that a schedule chose, with one reason for each choice.

    Attributes:
        phases: The phases that follow, in order; empty if the linear probe stays as it is.
        reasons: One line for each choice.
    """

    phases: tuple[Phase, ...]
    reasons: tuple[str, ...]

    def get_config(self) -> dict[str, Any]:
        """Return the decision as plain values."""
        return {
            "phases": [phase.get_config() for phase in self.phases],
            "reasons": list(self.reasons),
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Decision":
        """Make a decision from what `get_config` returned."""
        phases = (Phase.from_config(each) for each in config["phases"])
        return cls(tuple(phases), tuple(config["reasons"]))
