"""What every built-in schedule keeps to."""

from dataclasses import asdict
from typing import Any, Protocol, Self, runtime_checkable

from kerastl.training.phase import Phase


@runtime_checkable
class Schedule(Protocol):
    """A named way to make phases for a backbone with given stages."""

    def phases(self, stage_names: tuple[str, ...]) -> list[Phase]:
        """Return the phases for a backbone with these stages, from input to output."""

    def get_config(self) -> dict[str, Any]:
        """Return the schedule's settings as plain values."""


class ScheduleConfig:
    """Configuration of a schedule that is a dataclass."""

    def get_config(self) -> dict[str, Any]:
        """Return the schedule's settings as plain values."""
        return asdict(self)  # type: ignore[call-overload]

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Make the schedule that `get_config` described."""
        return cls(**config)
