"""What every built-in schedule keeps to."""

from dataclasses import asdict
from typing import Any, Protocol, Self, runtime_checkable

from kerastl.basics.arguments import check_number
from kerastl.training.phases.examples import Examples
from kerastl.training.phases.phase import Phase


@runtime_checkable
class Schedule(Protocol):
    """A named way to make phases for a backbone with given stages."""

    def phases(self, stage_names: tuple[str, ...], examples: Examples | None = None) -> list[Phase]:
        """Return the phases.

        Args:
            stage_names: The backbone's stages, from input to output.
            examples: What `fit` trains on, for a schedule that goes by their number.
        """

    def get_config(self) -> dict[str, Any]:
        """Return the schedule's settings as plain values."""


class ScheduleConfig:
    """Configuration of a schedule that is a dataclass of numbers, names and truth values."""

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():  # type: ignore[call-overload]
            is_number = isinstance(value, int | float) and not isinstance(value, bool)
            # Numbers of epochs, ranks, rates and factors alike.
            if is_number:
                check_number(name, value, "(0, inf)")

    def get_config(self) -> dict[str, Any]:
        """Return the schedule's settings as plain values."""
        return asdict(self)  # type: ignore[call-overload]

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Make the schedule that `get_config` described."""
        return cls(**config)
