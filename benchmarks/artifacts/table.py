"""What a table of the artifact benchmark gives: how it is measured, written and judged.

To add a table, write a module with a `TABLE = Table(...)` in `tables/` and name it in
`tables/names.py`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from artifacts.case import Case
from artifacts.prepared import Prepared
from artifacts.results import Results

Rows = dict[str, dict[str, float | str]]
"""Metrics by row."""


@dataclass(frozen=True)
class Table:
    """One question about artifacts.

    Attributes:
        name: What the command line calls it.
        title: Its heading on the page.
        explanation: What it is to be read with.
        measure: From a prepared case to its metrics by row; nothing where it does not apply.
        lines: From this table's results to its Markdown.
        missed: From this table's results to the targets that they miss, a sentence each.
        seeds: How many of the seeds it is measured with. Defaults to all.
    """

    name: str
    title: str
    explanation: str
    measure: Callable[[Prepared], Rows]
    lines: Callable[[Results, Sequence[Case]], list[str]]
    missed: Callable[[Results, Sequence[Case]], list[str]]
    seeds: int | None = None


def row(cells: Iterable[str]) -> str:
    """Write a line of a Markdown table."""
    return f"| {' | '.join(cells)} |"


def head(*cells: str) -> list[str]:
    """Write the first two lines of a Markdown table."""
    return [row(cells), row(["---"] * len(cells))]


def spread(values: np.ndarray, form: str = ".3f") -> str:
    """Write mean and sample standard deviation over seeds."""
    if not len(values):
        return "-"
    deviation = f" ± {values.std(ddof=1):{form}}" if len(values) > 1 else ""
    return f"{values.mean():{form}}{deviation}"
