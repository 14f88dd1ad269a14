"""Print predictions as lines, as JSON or as a CSV table."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from kerastl.basics.printable import printable
from kerastl.basics.printer import show
from kerastl.tasks.classification.prediction import NONE_OF_THESE, Prediction

# Keys of the JSON output for tasks that find any number of things in an input.
_LISTED = {"object_detection": "objects", "token_classification": "entities"}


def print_lines(inputs: Sequence[str], predictions: Sequence[Any]) -> None:
    """Print one line for each input: what is predicted and the input, separated by tabs."""
    for each, found in zip(inputs, predictions, strict=True):
        print(f"{_line(found)}\t{printable(each)}")


def print_json(inputs: Sequence[str], predictions: Sequence[Any], task: str) -> None:
    """Print everything that is predicted as a JSON list.

    Args:
        inputs: The inputs.
        predictions: One prediction for each.
        task: The task.
    """
    pairs = zip(inputs, predictions, strict=True)
    rows = [{"input": each, **_plain(found, task)} for each, found in pairs]
    show(json.dumps(rows, indent=2, ensure_ascii=False))


def print_csv(inputs: Sequence[str], predictions: Sequence[Any]) -> None:
    """Print a table with one row for each input, or for each object or entity in it.

    The first column is the input; the others are those of `Recipe.predict_frame`. Several labels
    are separated by semicolons.
    """
    rows: list[dict[str, Any]] = []
    for each, found in zip(inputs, predictions, strict=True):
        for one in found if isinstance(found, list) else [found]:
            rows.append({"input": each, **_row(one)})
    table = io.StringIO()
    writer = csv.DictWriter(table, list(rows[0]) if rows else ["input"], lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in row.items()} for row in rows)
    show(table.getvalue().rstrip("\n"))


def _line(found: Any) -> str:
    if isinstance(found, Prediction):
        label = NONE_OF_THESE if found.label is None else found.label
        return f"{printable(label)}\t{found.probability:.3f}"
    if isinstance(found, np.ndarray):
        return " ".join(f"{number:.6g}" for number in found)
    several = isinstance(found, list)
    return printable((", ".join(map(str, found)) or "-") if several else str(found))


def _plain(found: Any, task: str) -> dict[str, Any]:
    if isinstance(found, list):
        return {_LISTED.get(task, "found"): [asdict(each) for each in found]}
    if isinstance(found, Prediction):
        return found.to_json()
    return {"vector": found.tolist()} if isinstance(found, np.ndarray) else asdict(found)


def _row(found: Any) -> dict[str, Any]:
    if isinstance(found, np.ndarray):
        return {f"x{place}": float(number) for place, number in enumerate(found)}
    row: dict[str, Any] = found.to_row()
    return row


def _cell(value: Any) -> Any:
    # A line break in a text would make a second line.
    if isinstance(value, tuple):
        return ";".join(map(printable, value))
    return printable(value) if isinstance(value, str) else value
