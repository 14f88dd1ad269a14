"""When a classifier answers "none of these"."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Self

import numpy as np

from kerastl.basics.files.json_fields import read_field
from kerastl.heads.unfamiliarity import Unfamiliarity
from kerastl.recipe.unknown.threshold import FALSE_ALARMS, unknown_threshold

_NONE = np.zeros(0, "float32")


@dataclass(frozen=True)
class UnknownRule:
    """A score and the threshold above which an input belongs to no class.

    Attributes:
        unfamiliarity: The score.
        known: Scores of held-out examples of known classes, float32 of shape `(examples,)`.
        others: Scores of examples of no class, likewise; empty if there are none.
        false_alarms: The stated share of inputs of a known class above the threshold.
    """

    unfamiliarity: Unfamiliarity
    known: np.ndarray = field(default_factory=_NONE.copy)
    others: np.ndarray = field(default_factory=_NONE.copy)
    false_alarms: float = FALSE_ALARMS

    @cached_property
    def threshold(self) -> float:
        """The threshold; infinite if the known examples are too few to choose one."""
        return unknown_threshold(self.known, self.false_alarms, self.others)

    @property
    def has_threshold(self) -> bool:
        """Whether the known examples suffice to choose the threshold."""
        return bool(np.isfinite(self.threshold))

    def is_unknown(self, scores: np.ndarray) -> np.ndarray:
        """Return whether each score is that of an unknown input."""
        return np.asarray(scores > self.threshold)

    def chosen_on(
        self,
        known: np.ndarray | None = None,
        others: np.ndarray | None = None,
        false_alarms: float = FALSE_ALARMS,
    ) -> Self:
        """Return the rule with a threshold that is chosen on other examples.

        Args:
            known: Scores of examples of known classes. Defaults to None: the rule's own.
            others: Scores of examples of no class. Defaults to None: the rule's own.
            false_alarms: The stated rate of false alarms. Defaults to 0.05.
        """
        return replace(
            self,
            known=self.known if known is None else known,
            others=self.others if others is None else others,
            false_alarms=false_alarms,
        )

    def shares(self, known: np.ndarray, others: np.ndarray) -> str:
        """Return as a line what share of known and other examples is called unknown.

        Args:
            known: Scores of examples of known classes.
            others: Scores of examples of no class.
        """
        found, alarms = self.is_unknown(others), self.is_unknown(known)
        return (
            f"{found.mean():.1%} of {len(others)} examples of no class are called unknown, and "
            f"{alarms.mean():.1%} of {len(known)} others"
        )

    def __str__(self) -> str:
        measured = ""
        if len(self.known) and len(self.others):
            measured = f": {self.shares(self.known, self.others)}"
        return f"Threshold for unknown inputs, {self.false_alarms:.1%} false alarms{measured}"

    def get_config(self) -> dict[str, Any]:
        """Return the numbers as JSON values, without the arrays."""
        return {"false_alarms": self.false_alarms, "weight": self.unfamiliarity.weight}

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the arrays by name."""
        return {
            "centre": self.unfamiliarity.centre,
            "directions": self.unfamiliarity.directions,
            "known": self.known,
            "others": self.others,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any], arrays: dict[str, np.ndarray]) -> Self:
        """Make a rule from what `get_config` and `arrays` returned.

        Raises:
            ValueError: If a value is missing or out of range.
        """
        weight = read_field(config, "weight", float)
        false_alarms = read_field(config, "false_alarms", float)
        shapes = [arrays[name].ndim for name in ("centre", "directions", "known", "others")]
        numbers = all(
            each.dtype == np.float32 and np.isfinite(each).all() for each in arrays.values()
        )
        if not (
            0 < false_alarms < 1 and np.isfinite(weight) and shapes == [1, 2, 1, 1] and numbers
        ):
            raise ValueError(f"'unknown' is not valid. Received: {config!r}")
        score = Unfamiliarity(arrays["centre"], arrays["directions"], weight)
        return cls(score, arrays["known"], arrays["others"], false_alarms)
