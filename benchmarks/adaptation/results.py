"""Metrics of runs, kept in a file where a later run adds to them or replaces them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from result_lines import FOLDER, read_lines, write_lines

PATH = FOLDER / "adaptation.jsonl"


@dataclass(frozen=True)
class Result:
    """One method on one pair with one seed; see `Outcome`.

    Attributes:
        evidence: What the verdict was reached on, so that a rule can be tried on past runs.
        choice: Which method `auto` has chosen.
        standard_error: Of the difference of both accuracies, from paired examples; for an older
            run, from the share of changed predictions.
        older: Whether the method or its baseline has changed since.
    """

    task: str
    pair: str
    seed: int
    method: str
    accuracy: float
    baseline_accuracy: float | None
    verdict: str
    seconds: float
    cpu_seconds: float
    machine: str
    workers: int = 1
    advised: str = ""
    evidence: dict[str, Any] | None = None
    choice: str = ""
    standard_error: float | None = None
    older: bool = False

    @property
    def kept_accuracy(self) -> float:
        """Accuracy of the model that a user is left with: the one that the verdict advises."""
        if self.advised == "baseline" and self.baseline_accuracy is not None:
            return self.baseline_accuracy
        return self.accuracy

    @property
    def key(self) -> tuple[str, str, int, str]:
        """Key that identifies a result; a later one with the same key replaces it."""
        return self.task, self.pair, self.seed, self.method


class Results:
    """Results of one or several tasks."""

    def __init__(self, all_of_them: Iterable[Result]) -> None:
        self._results = list(all_of_them)

    @classmethod
    def read(cls, path: Path = PATH) -> "Results":
        """Read the stored results."""
        return cls(Result(**row) for row in read_lines(path))

    def with_one(self, result: Result) -> "Results":
        """Add a result, or put it in the place of an older one."""
        kept = [each for each in self._results if each.key != result.key]
        return Results(sorted([*kept, result], key=lambda each: each.key))

    def write(self, path: Path = PATH) -> None:
        """Replace the stored results."""
        write_lines(path, self._results)

    def of(self, task: str) -> "Results":
        """Return those of one task."""
        return Results(each for each in self._results if each.task == task)

    def __iter__(self) -> Iterator[Result]:
        return iter(self._results)

    def __len__(self) -> int:
        return len(self._results)

    @property
    def machines(self) -> list[str]:
        """Where they were measured."""
        return sorted({each.machine for each in self._results})

    def select(self, method: str, pair: str | None = None) -> list[Result]:
        """Return a method's results by pair and seed; all pairs by default."""
        return [
            each
            for each in sorted(self._results, key=lambda each: each.key)
            if each.method == method and pair in (None, each.pair)
        ]

    def accuracies(self, method: str, pair: str) -> np.ndarray:
        """Return a method's accuracies on a pair, one a seed."""
        return np.array([each.accuracy for each in self.select(method, pair)])

    def baselines(self, pair: str, method: str | None = None) -> np.ndarray:
        """Return the accuracies of baselines on a pair, one a seed.

        Args:
            pair: The pair.
            method: Whose baselines. Defaults to all: a baseline that methods share is taken from
                any method that has trained it.
        """
        baselines = {
            each.seed: each.baseline_accuracy
            for each in self._results
            if each.pair == pair
            and each.baseline_accuracy is not None
            and method in (None, each.method)
        }
        return np.array([baselines[seed] for seed in sorted(baselines)])

    def mean(self, method: str, pairs: Iterable[str]) -> float:
        """Return a method's mean over pairs, each of them over its seeds; NaN if one is missing."""
        found = [self.accuracies(method, pair) for pair in pairs]
        return float(np.mean([each.mean() if len(each) else np.nan for each in found]))
