"""Metrics of runs, kept in a file where a later run adds to them or replaces them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from result_lines import FOLDER, read_lines, write_lines

PATH = FOLDER / "artifacts.jsonl"


@dataclass(frozen=True)
class Result:
    """One row of one table, of one case and seed.

    Attributes:
        table: Which table.
        case: Which network and data.
        seed: Seed of split and training.
        row: What was measured, such as `"int8"`.
        metrics: Numbers, or words, by name.
        machine: Where.
    """

    table: str
    case: str
    seed: int
    row: str
    metrics: dict[str, float | str]
    machine: str

    @property
    def key(self) -> tuple[str, str, int, str]:
        """What a later result with the same key replaces."""
        return self.table, self.case, self.seed, self.row


class Results:
    """Results of all tables, or of one."""

    def __init__(self, all_of_them: Iterable[Result]) -> None:
        self._results = list(all_of_them)

    @classmethod
    def read(cls, path: Path = PATH) -> Results:
        """Read the stored results."""
        return cls(Result(**row) for row in read_lines(path))

    def with_these(self, results: Iterable[Result]) -> Results:
        """Add results, or put them in the place of older ones."""
        fresh = {each.key: each for each in results}
        kept = [each for each in self._results if each.key not in fresh]
        return Results(sorted([*kept, *fresh.values()], key=lambda each: each.key))

    def write(self, path: Path = PATH) -> None:
        """Replace the stored results."""
        write_lines(path, self._results)

    def of(self, table: str) -> Results:
        """Return those of one table."""
        return Results(each for each in self._results if each.table == table)

    def __len__(self) -> int:
        return len(self._results)

    @property
    def machines(self) -> list[str]:
        """Where they were measured."""
        return sorted({each.machine for each in self._results})

    @property
    def rows(self) -> list[str]:
        """What was measured."""
        return list(dict.fromkeys(each.row for each in self._results))

    @property
    def cases(self) -> set[str]:
        """What it was measured on."""
        return {each.case for each in self._results}

    def values(self, case: str, row: str, figure: str) -> np.ndarray:
        """Return a figure, one a seed, of those seeds that have it."""
        found = [each for each in self._results if (each.case, each.row) == (case, row)]
        found.sort(key=lambda each: each.seed)
        return np.array([each.metrics[figure] for each in found if figure in each.metrics])

    def pairs(self, case: str, row: str, other: str, figure: str) -> np.ndarray:
        """Return a figure of two rows side by side, of those seeds that have both.

        Returns:
            Shape `(seeds, 2)`.
        """
        found = {
            (each.seed, each.row): each.metrics[figure]
            for each in self._results
            if each.case == case and figure in each.metrics
        }
        both = [
            (found[seed, row], found[seed, other])
            for seed in sorted({seed for seed, _ in found})
            if (seed, row) in found and (seed, other) in found
        ]
        return np.array(both, np.float64).reshape(-1, 2)

    def ratio(self, case: str, row: str, other: str, figure: str) -> np.ndarray:
        """Divide a row's figure by another row's, seed by seed."""
        mine, theirs = self.pairs(case, row, other, figure).T
        return mine / theirs

    def loss(self, case: str, row: str, figure: str = "accuracy") -> np.ndarray:
        """Tell by how much a file's figure is below the model's, seed by seed."""
        model, mine = self.pairs(case, "model", row, figure).T
        return model - mine
