"""What a report tells of a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from kerastl.data.splits.dataset import Dataset

_IN_WORDS = {"expected_calibration_error": "calibration error", "exact": "all labels right"}
_WORDS = {
    "f1": "F1", "mae": "mean absolute error", "rmse": "root mean square error", "r2": "R²",
    "val": "validation", "map": "mAP",
    "map50": "mAP@.5",
}  # fmt: skip
_INTERNAL = {"note", "results", "confusion", "class_names", "examples"}


@dataclass(frozen=True)
class ReportedRun:
    """A trained recipe with its data and its evaluation.

    Attributes:
        title: Heading of the report.
        recipe: The trained recipe.
        data: The data set of the training; None for an adaptation to a target alone.
        evaluation: The evaluation of the recipe, or None.
        evaluated_on: What was evaluated, such as `"the test split"`.
        seconds: Seconds of the training, or None if it was not measured.
    """

    title: str
    recipe: Any
    data: Dataset | None
    evaluation: Any = None
    evaluated_on: str = "the test split"
    seconds: float | None = None

    @property
    def history(self) -> Any:
        """The history of the training, or None."""
        return self.recipe.history

    @property
    def metrics(self) -> dict[str, float]:
        """The numbers that the evaluation has for the whole split, by name."""
        if self.evaluation is None:
            return {}
        return {
            each.name: float(value)
            for each in fields(self.evaluation)
            if each.name not in _INTERNAL
            and isinstance(value := getattr(self.evaluation, each.name), float)
        }

    @property
    def groups(self) -> dict[str, Any]:
        """The metrics of each class, label, target or type, by its name."""
        if self.evaluation is None:
            return {}
        for each in fields(self.evaluation):
            value = getattr(self.evaluation, each.name)
            if isinstance(value, dict) and value and all(map(is_dataclass, value.values())):
                return value
        return {}

    def decision(self) -> list[str]:
        """Return what was decided and why, one sentence each."""
        history = self.history
        if history is None:
            return []
        lines: list[str] = [f"Weights: {history.kept}"]
        explained = getattr(history, "explanation", None)
        if explained:
            lines.append(explained)
        lines += (history.decision or {}).get("reasons", [])
        verdict = getattr(self.recipe, "verdict", None)
        lines += [] if verdict is None else str(verdict).splitlines()
        lines += _refit(history.refit) + _calibration(history.calibration)
        return [_sentence(line) for line in dict.fromkeys(lines)]


def _sentence(line: str) -> str:
    return line[:1].upper() + line[1:].rstrip(".") + "."


def _refit(found: dict[str, Any] | None) -> list[str]:
    if found is None:
        return []
    count = found.get("examples")
    on = "training and validation examples" if count is None else f"{count:,} examples"
    return [f"The linear probe was fitted again on {on}, training and validation together"]


def _calibration(found: dict[str, Any] | None) -> list[str]:
    if found is None:
        return []
    return [
        f"The probabilities were calibrated: the logits are divided by {found['temperature']:.3g}"
    ]


def named(name: str) -> str:
    """Return the name of a metric in words."""
    if name in _IN_WORDS:
        return _IN_WORDS[name]
    words = name.replace("_", " ").split(" ")
    return " ".join(_WORDS.get(word, word) for word in words)


def cells_of(values: Sequence[float], digits: int = 3) -> tuple[str, ...]:
    """Return numbers as cells of a table; NaN is an empty cell."""
    return tuple(_cell(value, digits) for value in values)


def _cell(value: float, digits: int) -> str:
    if value != value:
        return ""
    if isinstance(value, int):
        return f"{value:,}"
    # Shares have a fixed number of digits, and numbers in units of a target as many as they need.
    is_share = value == 0 or 0.01 <= abs(value) < 10
    return f"{value:.{digits}f}" if is_share else f"{value:.{digits + 1}g}"
