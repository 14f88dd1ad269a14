"""One line of a bundle's report."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

KEPT = "kept"


@dataclass(frozen=True)
class Artifact:
    """One file, or directory, and how it compares with the model.

    Attributes:
        name: `"saved_model"`, or format and variant such as `"tflite/int8"`.
        path: Where it lies inside the bundle; None where it was refused.
        bytes: Its size; None where it could not be made.
        accuracy: Share of held-out examples that it gets right, or the task's own figure.
        agreement: Share of held-out examples where its label is the model's, or the task's own
            comparison, from 0 to 1.
        max_difference: Largest difference of any score from the model's.
        latency_ms: Median time of one example; one thread for LiteRT, a raw example through
            decoding or tokenization for a SavedModel.
        decision: `"kept"`, or `"refused: "` and why.
        candidate: How a LiteRT file was made, and in whose place; empty for a SavedModel.
    """

    name: str
    path: Path | None
    bytes: int | None
    accuracy: float | None
    agreement: float | None
    max_difference: float | None
    latency_ms: float | None
    decision: str
    candidate: str = ""

    @property
    def kept(self) -> bool:
        """Whether the file was written."""
        return self.decision == KEPT

    @classmethod
    def refused(cls, name: str, why: str, candidate: str = "") -> "Artifact":
        """Make the row of a file that could not be made."""
        return cls(name, None, None, None, None, None, None, f"refused: {why}", candidate)

    def to_json(self) -> dict[str, Any]:
        """Make a dictionary of plain values."""
        return {**asdict(self), "path": None if self.path is None else self.path.as_posix()}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "Artifact":
        """Read what `to_json` made."""
        path = values["path"]
        return cls(**{**values, "path": None if path is None else Path(path)})
