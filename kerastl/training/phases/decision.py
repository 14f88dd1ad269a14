"""The phases that a schedule chose after its linear probe, with reasons."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kerastl.training.phases.phase import Phase


@dataclass(frozen=True)
class Decision:
    """Phases that a schedule chose, with one reason for each choice.

    Attributes:
        phases: The phases that follow, in order; empty if the linear probe stays as it is.
        reasons: One line for each choice.
        input: What was chosen before the linear probe, with its evidence, as plain values:
            image size or sequence length, and feature stages. Empty if nothing was.
    """

    phases: tuple[Phase, ...]
    reasons: tuple[str, ...]
    input: Mapping[str, Any] = field(default_factory=dict)

    def get_config(self) -> dict[str, Any]:
        """Return the decision as plain values."""
        return {
            "phases": [phase.get_config() for phase in self.phases],
            "reasons": list(self.reasons),
            "input": dict(self.input),
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Decision":
        """Make a decision from what `get_config` returned."""
        phases = (Phase.from_config(each) for each in config["phases"])
        return cls(tuple(phases), tuple(config["reasons"]), config["input"])
