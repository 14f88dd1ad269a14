"""Write the table of corrections that a person edits."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from kerastl.basics.files.staging import whole_file
from kerastl.data.assembly.corrections import COLUMNS
from kerastl.seeing.inspecting.problem import Problem


def write_corrections(problems: Sequence[Problem], path: Path) -> Path:
    """Write a CSV file with a row for each probable problem of an example that can be used.

    Args:
        problems: The problems.
        path: The file. An existing one is replaced.

    Returns:
        The path.

    Raises:
        OSError: If the file cannot be written.
    """
    with whole_file(path) as written, written.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for each in problems:
            if each.probable and each.index is not None:
                writer.writerow((each.example, each.kind, each.given, each.suggested, "given"))
    return path
