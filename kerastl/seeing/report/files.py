"""Write the files of a run that a person reads, next to its recipe."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from kerastl.basics.files.json_file import write_json
from kerastl.basics.files.staging import whole_file
from kerastl.seeing.report.page import report_page
from kerastl.seeing.report.run import ReportedRun
from kerastl.seeing.report.training_part import epoch_name

PAGE, EVALUATION, HISTORY, DECISION = (
    "report.html", "evaluation.json", "history.csv", "decision.txt",
)  # fmt: skip
_MOST_CLASSES = 200
"""Of more classes, a matrix of all pairs would be larger than the model."""


def write_run_files(run: ReportedRun, directory: Path) -> None:
    """Write the page, the metrics, the history and the decision of a run.

    Each file appears completely or not at all, and replaces an earlier one.

    Args:
        run: The run.
        directory: The folder of the recipe.

    Raises:
        OSError: If a file cannot be written.
    """
    _write(directory / DECISION, "".join(f"{line}\n" for line in run.decision()))
    _write(directory / HISTORY, history_table(run.history))
    if run.evaluation is not None:
        with whole_file(directory / EVALUATION) as written:
            write_json(written, _plain(described(run)))
    _write(directory / PAGE, report_page(run, directory.name))


def described(run: ReportedRun) -> dict[str, Any]:
    """Return the evaluation as plain values.

    The confusion matrix of many classes is a list of its cells that are not 0:
    `[true, predicted, count]`.
    """
    values = run.evaluation.to_dict()
    confusion = getattr(run.evaluation, "confusion", None)
    if confusion is not None and len(confusion) > _MOST_CLASSES:
        rows, columns = confusion.nonzero()
        counts = confusion[rows, columns]
        values["confusion"] = [
            list(cell)
            for cell in zip(rows.tolist(), columns.tolist(), counts.tolist(), strict=True)
        ]
    return {"evaluated_on": run.evaluated_on, **values}


def history_table(history: Any) -> str:
    """Return a history as a CSV table: one row for each epoch."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    names = [] if history is None else list(history.history)
    writer.writerow(("epoch", "phase", *names))
    if history is not None:
        for epoch, row in zip(history.epoch, history.rows, strict=False):
            values = [row.get(name, "") for name in names]
            writer.writerow((epoch + 1, epoch_name(history.phases, epoch), *values))
    return file.getvalue()


def _write(path: Path, text: str) -> None:
    with whole_file(path) as written:
        written.write_text(text, encoding="utf-8")


def _plain(value: Any) -> Any:
    """Return a value for JSON, where a number that is not finite is null."""
    if isinstance(value, float):
        return value if abs(value) < float("inf") else None
    if isinstance(value, dict):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value
