"""An exported directory: artifacts, labels, report."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kerastl.artifacts.bundle.artifact import Artifact
from kerastl.basics.files.regular_file import check_regular
from kerastl.basics.suggest import unknown_name

REPORT = "report.json"


@dataclass(frozen=True)
class Bundle:
    """The result of an export: a directory of files, each compared with the model.

    Attributes:
        directory: The directory of the files.
        task: The task, such as `"image_classification"`.
        labels: Class names in the order of the scores.
        examples: Number of held-out examples that every file was compared on.
        model_accuracy: The Keras model's accuracy on them, or the task's own metric.
        artifacts: One row for each file that was tried, refused ones too.
        metric: Name of that metric. Defaults to `"accuracy"`.

    Example:

    ```python
    bundle = Bundle.load("out/trash")
    print(bundle)
    bundle["tflite/int8"].agreement
    ```
    """

    directory: Path
    task: str
    labels: tuple[str, ...]
    examples: int
    model_accuracy: float
    artifacts: tuple[Artifact, ...]
    metric: str = "accuracy"

    def __getitem__(self, name: str) -> Artifact:
        for artifact in self.artifacts:
            if artifact.name == name:
                return artifact
        raise unknown_name("artifact", name, [artifact.name for artifact in self.artifacts])

    def path(self, name: str) -> Path:
        """Return the path of a file that was kept.

        Raises:
            ValueError: If there is no such artifact, or it was refused.
        """
        artifact = self[name]
        if artifact.path is None:
            raise ValueError(
                f"This artifact was not written. Received: {name!r}, {artifact.decision}"
            )
        return self.directory / artifact.path

    def __str__(self) -> str:
        rows = self.table()
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = [
            f"{self.directory}: {self.metric} of the model {self.model_accuracy:.3f} "
            f"on {self.examples} held-out examples"
        ]
        for row in rows:
            cells = [row[0].ljust(widths[0])]
            cells += [
                cell.rjust(width) for cell, width in zip(row[1:-1], widths[1:-1], strict=True)
            ]
            lines.append("  ".join([*cells, row[-1]]))
        lines.insert(2, "  ".join("-" * width for width in widths))
        return "\n".join(lines)

    def table(self) -> list[tuple[str, ...]]:
        """Return the report as rows of text; the first row holds the column names."""
        head = ("artifact", "size", self.metric, "agreement", "max diff", "latency", "decision")
        return [head, *(_row(artifact) for artifact in self.artifacts)]

    def to_json(self) -> dict[str, Any]:
        """Make a dictionary of plain values; the directory is not part of it."""
        return {
            "task": self.task,
            "labels": list(self.labels),
            "examples": self.examples,
            "metric": self.metric,
            "model_accuracy": self.model_accuracy,
            "artifacts": [artifact.to_json() for artifact in self.artifacts],
        }

    @classmethod
    def load(cls, directory: str | Path) -> Bundle:
        """Read a bundle's report.

        Args:
            directory: The directory of a bundle, moved or not.

        Raises:
            FileNotFoundError: If the directory holds no report.
        """
        folder = Path(directory)
        check_regular(folder / REPORT)
        if not (folder / REPORT).is_file():
            raise FileNotFoundError(
                f"This directory holds no {REPORT}: name that of an exported bundle. "
                f"Received: {str(directory)!r}"
            )
        report = json.loads((folder / REPORT).read_text(encoding="utf-8"))
        return cls(
            directory=folder,
            task=report["task"],
            labels=tuple(report["labels"]),
            examples=report["examples"],
            model_accuracy=report["model_accuracy"],
            artifacts=tuple(Artifact.from_json(values) for values in report["artifacts"]),
            metric=report["metric"],
        )


def _row(artifact: Artifact) -> tuple[str, ...]:
    def cell(value: float | None, form: str) -> str:
        return "-" if value is None else form.format(value)

    megabytes = None if artifact.bytes is None else artifact.bytes / 1e6
    return (
        artifact.name,
        cell(megabytes, "{:.2f} MB"),
        cell(artifact.accuracy, "{:.3f}"),
        cell(artifact.agreement, "{:.3f}"),
        cell(artifact.max_difference, "{:.1e}"),
        cell(artifact.latency_ms, "{:.2f} ms"),
        artifact.decision + (f" ({artifact.candidate})" if artifact.candidate else ""),
    )
