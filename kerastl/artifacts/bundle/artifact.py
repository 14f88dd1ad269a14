"""One row of a bundle's report."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from kerastl.basics.files.json_fields import read_field, read_optional

KEPT = "kept"


@dataclass(frozen=True)
class Artifact:
    """An exported file, or directory, with its comparison.

    Attributes:
        name: `"saved_model"`, or format and variant such as `"tflite/int8"`.
        path: Path inside the bundle; None if it was refused.
        bytes: Size; None if it could not be made.
        accuracy: Accuracy on the held-out examples, or the task's own metric.
        agreement: Share of held-out examples with the model's label, or the task's own agreement,
            from 0 to 1.
        max_difference: Largest difference of any score from the model's.
        latency_ms: Median time of one example; one thread for LiteRT, a raw example through
            decoding or tokenization for a SavedModel.
        decision: `"kept"`, or `"refused: "` and the reason.
        candidate: How a LiteRT file was made, and which variant it replaces; empty for others.
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
    def format(self) -> str:
        """Name of the file's format, such as `"tflite"`."""
        return self.name.partition("/")[0]

    @property
    def kept(self) -> bool:
        """Whether the file was written."""
        return self.decision == KEPT

    def to_json(self) -> dict[str, Any]:
        """Make a dictionary of plain values."""
        return {**asdict(self), "path": None if self.path is None else self.path.as_posix()}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "Artifact":
        """Read what `to_json` made.

        Raises:
            ValueError: If a value is missing or of another type.
        """
        path = read_optional(values, "path", str)
        return cls(
            name=read_field(values, "name", str),
            path=None if path is None else Path(path),
            bytes=read_optional(values, "bytes", int),
            accuracy=read_optional(values, "accuracy", float),
            agreement=read_optional(values, "agreement", float),
            max_difference=read_optional(values, "max_difference", float),
            latency_ms=read_optional(values, "latency_ms", float),
            decision=read_field(values, "decision", str),
            candidate=read_field(values, "candidate", str),
        )
