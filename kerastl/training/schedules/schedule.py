"""The protocol of a schedule, and the configuration of the built-in ones."""

from dataclasses import asdict
from typing import Any, Protocol, Self, runtime_checkable

from kerastl.basics.checked_fields import check_fields
from kerastl.training.phases.examples import Examples
from kerastl.training.phases.phase import Phase


@runtime_checkable
class Schedule(Protocol):
    """Make the phases of a training for a backbone with given stages.

    A schedule is a list of phases; it is not a learning-rate schedule.
    """

    def phases(self, stage_names: tuple[str, ...], examples: Examples | None = None) -> list[Phase]:
        """Return the phases.

        Args:
            stage_names: The backbone's stages, from input to output.
            examples: The training examples, for a schedule that depends on their number.
        """

    def get_config(self) -> dict[str, Any]:
        """Return the schedule's settings as plain values."""


class ScheduleConfig:
    """Check and describe a schedule that is a dataclass of numbers, names and truth values."""

    def __post_init__(self) -> None:
        check_fields(self)

    def get_config(self) -> dict[str, Any]:
        """Return the schedule's settings as plain values."""
        return asdict(self)  # type: ignore[call-overload]

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Make the schedule that `get_config` described."""
        return cls(**config)
