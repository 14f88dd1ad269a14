"""Apply a table of corrected labels to the examples of a source."""

from __future__ import annotations

import csv
import hashlib
import io
import os
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kerastl.basics.files.regular_file import read_regular
from kerastl.data.assembly.label_text import given_label, parsed_label, relabelled
from kerastl.data.images.encoded_images import EncodedImages, Images
from kerastl.data.splits.split import Split

COLUMNS = ("example", "problem", "given", "suggested", "keep")
"""The columns of a table of corrections."""

KEEPS = ("given", "suggested", "none")
"""The values of `keep`: which label an example keeps, or that it is left out."""


@dataclass(frozen=True)
class Corrections:
    """What to change in a data set.

    Attributes:
        labels: `(example, given label)` and the label in its place.
        left_out: `(example, given label)` of the examples to leave out.
        path: The table, for errors.
    """

    labels: dict[tuple[str, str], str]
    left_out: set[tuple[str, str]]
    path: Path


@dataclass(frozen=True)
class Corrected:
    """A split after its corrections.

    Attributes:
        split: The examples that are left, with their new labels.
        kept: Their positions before.
        notes: A sentence for the summary.
    """

    split: Split
    kept: np.ndarray
    notes: list[str]


def example_key(split: Split, index: int) -> str:
    """Return the name of an example in a table of corrections.

    Args:
        split: A split.
        index: Position of the example.

    Returns:
        The path of an image in a file, a hash of any other image, or the whole text.
    """
    inputs = split.inputs
    if not isinstance(inputs, Images):
        return str(inputs[index])
    if isinstance(inputs, EncodedImages) and inputs.in_files:
        return str(inputs[index])
    content = inputs[index]
    data = content if isinstance(content, bytes) else np.ascontiguousarray(content).tobytes()
    return f"image {hashlib.blake2b(data, digest_size=8).hexdigest()}"


def read_corrections(path: str | os.PathLike[str] | None) -> Corrections | None:
    """Read a table of corrections.

    Args:
        path: A CSV file with the columns of `COLUMNS`, or None.

    Returns:
        What to change, or None. Rows that keep the given label change nothing.

    Raises:
        ValueError: If a column is missing or a cell has no meaning. The error names the line.
        OSError: If the file cannot be read.
    """
    if path is None:
        return None
    path = Path(path)
    try:
        text = read_regular(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(
            f"A table of corrections is a CSV file in UTF-8. Received: {str(path)!r}"
        ) from error
    reader = csv.DictReader(io.StringIO(text, newline=""))
    if missing := [name for name in COLUMNS if name not in (reader.fieldnames or ())]:
        raise ValueError(
            f"A table of corrections has the columns {', '.join(COLUMNS)}; "
            f"{', '.join(missing)} is missing. Received: {str(path)!r}"
        )
    labels: dict[tuple[str, str], str] = {}
    left_out: set[tuple[str, str]] = set()
    for row in reader:
        keep = (row["keep"] or "given").strip().lower()
        place = f"{path.name}, line {reader.line_num}"
        if keep not in KEEPS:
            raise ValueError(
                "`keep` says which label stays: given (or an empty cell), suggested, or none to "
                f"leave the example out. Received: {row['keep']!r} in {place}"
            )
        key = (row["example"], row["given"] or "")
        if keep == "none":
            left_out.add(key)
        elif keep == "suggested":
            if not (row["suggested"] or "").strip():
                raise ValueError(
                    "A row that keeps the suggested label must have one. "
                    f"Received: an empty cell in {place}"
                )
            if labels.setdefault(key, row["suggested"]) != row["suggested"]:
                raise ValueError(
                    "An example can have one suggested label. "
                    f"Received: {labels[key]!r} and {row['suggested']!r} in {place}"
                )
    return Corrections(labels, left_out, path)


def corrected(split: Split, corrections: Corrections) -> Corrected:
    """Change the labels of a split, and leave examples out.

    Args:
        split: All examples of a source, with labels.
        corrections: What to change.

    Returns:
        The new split. Examples that are equal, with equal labels, are all changed.

    Raises:
        ValueError: If an example or a label of the table is not in the data.
    """
    places = _places(split, corrections)
    changed = {
        index: parsed_label(split, index, label, corrections.path)
        for key, label in corrections.labels.items()
        for index in places[key]
    }
    gone = {index for key in corrections.left_out for index in places[key]}
    kept = np.array([i for i in range(len(split)) if i not in gone], np.int64)
    if not len(kept):
        raise ValueError(
            f"The corrections leave out every example. Received: {str(corrections.path)!r}"
        )
    note = f"corrections: {_count(changed, 'label')} changed, {_count(gone, 'example')} left out"
    return Corrected(relabelled(split, changed).subset(kept), kept, [note])


def _count(chosen: Collection[int], noun: str) -> str:
    return f"{len(chosen)} {noun}{'' if len(chosen) == 1 else 's'}"


def _places(split: Split, corrections: Corrections) -> dict[tuple[str, str], list[int]]:
    """Return the positions of the examples that the table names."""
    asked = corrections.labels.keys() | corrections.left_out
    wanted = {_comparable(example): example for example, _ in asked}
    places: dict[tuple[str, str], list[int]] = defaultdict(list)
    known: dict[str, str] = {}
    for index in range(len(split)):
        example = wanted.get(_comparable(example_key(split, index)))
        if example is not None:
            known[example] = given_label(split, index)
            places[example, known[example]].append(index)
    if absent := [each for each in asked if each not in places]:
        example, given = min(absent)
        what = (
            f"has the label {known[example]!r}, not {given!r}"
            if example in known
            else "is not in the data"
        )
        raise ValueError(
            f"{len(absent)} corrections fit no example: the first {what}. Inspect the data again. "
            f"Received: {example!r} in {str(corrections.path)!r}"
        )
    return places


def _comparable(example: str) -> str:
    """Return a form of an example's name that is equal for two ways to write a path."""
    # Texts may have any length, and only paths have no line breaks and an existing target.
    return os.path.abspath(example) if len(example) < 4096 and "\0" not in example else example
