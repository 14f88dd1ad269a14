"""What a schedule decided, and why."""

from dataclasses import dataclass
from typing import Any

from kerastl.training.phases.phase import Phase


@dataclass(frozen=True)
class Decision:
    """Phases with the reasons for them.

    Attributes:
        phases: What follows, in order; none where what has been reached stays.
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
        """Make the decision that `get_config` described."""
        phases = (Phase.from_config(each) for each in config["phases"])
        return cls(tuple(phases), tuple(config["reasons"]))
