"""An exported directory: artifacts, labels, report."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kerastl.artifacts.bundle.artifact import Artifact
from kerastl.basics.files.damaged import reading
from kerastl.basics.files.json_fields import read_field, read_list, read_optional
from kerastl.basics.files.json_file import read_json
from kerastl.basics.files.recovery import read_whole
from kerastl.basics.files.regular_file import check_regular
from kerastl.basics.printable import printable
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
        note: A remark on the held-out examples. Defaults to None.

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
    note: str | None = None

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
            f"{printable(str(self.directory))}: {printable(self.metric)} of the model "
            f"{self.model_accuracy:.3f} on {self.examples} held-out examples"
            + ("" if self.note is None else f" ({printable(self.note)})")
        ]
        for row in rows:
            cells = [row[0].ljust(widths[0])]
            cells += [
                cell.rjust(width) for cell, width in zip(row[1:-1], widths[1:-1], strict=True)
            ]
            lines.append("  ".join([*cells, row[-1]]))
        lines.insert(2, "  ".join("-" * width for width in widths))
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        from kerastl.seeing.notebook.markup import page_part, table

        head, *rows = self.table()
        return page_part(str(self).split("\n")[0], table(head, rows))

    def table(self) -> list[tuple[str, ...]]:
        """Return the report as rows of text; the first row holds the column names."""
        head = ("artifact", "size", self.metric, "agreement", "max diff", "latency", "decision")
        rows = [head, *(_row(artifact) for artifact in self.artifacts)]
        return [tuple(map(printable, row)) for row in rows]

    def to_json(self) -> dict[str, Any]:
        """Make a dictionary of plain values; the directory is not part of it."""
        return {
            "task": self.task,
            "labels": list(self.labels),
            "examples": self.examples,
            "metric": self.metric,
            "model_accuracy": self.model_accuracy,
            "note": self.note,
            "artifacts": [artifact.to_json() for artifact in self.artifacts],
        }

    @classmethod
    def load(cls, directory: str | Path) -> Bundle:
        """Read a bundle's report.

        Args:
            directory: The directory of a bundle, moved or not.

        Raises:
            FileNotFoundError: If the directory holds no report.
            ValueError: If the report is damaged, or names a file outside the directory.
        """
        return read_whole(Path(directory), _read)


def _read(folder: Path) -> Bundle:
    check_regular(folder / REPORT)
    if not (folder / REPORT).is_file():
        raise FileNotFoundError(
            f"This directory holds no {REPORT}: name that of an exported bundle. "
            f"Received: {str(folder)!r}"
        )
    bundle = _parsed(folder)
    for artifact in bundle.artifacts:
        if artifact.path is not None:
            _check_inside(folder, artifact.path)
    return bundle


def _parsed(folder: Path) -> Bundle:
    with reading(folder / REPORT, "Export the bundle again"):
        report = read_json(folder / REPORT)
        return Bundle(
            directory=folder,
            task=read_field(report, "task", str),
            labels=tuple(read_list(report, "labels", str)),
            examples=read_field(report, "examples", int),
            model_accuracy=read_field(report, "model_accuracy", float),
            artifacts=tuple(map(Artifact.from_json, read_list(report, "artifacts", dict))),
            metric=read_field(report, "metric", str),
            note=read_optional(report, "note", str) if "note" in report else None,
        )


def _check_inside(folder: Path, path: Path) -> None:
    """Refuse a path that leads out of a bundle, by its parts or by a link."""
    plain = not path.anchor and ".." not in path.parts and "\0" not in str(path)
    whole = Path(os.path.realpath(folder))
    if not plain or not Path(os.path.realpath(whole / path)).is_relative_to(whole):
        raise ValueError(
            f"{folder / REPORT} names a file outside the bundle, which is not read. "
            f"Received: {path.as_posix()!r}"
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
