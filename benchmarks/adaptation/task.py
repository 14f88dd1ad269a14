"""What a task of the adaptation benchmark gives: pairs, methods, and a function that runs one.

To add a task, write a module with a `TASK = Task(...)` in it and name it in `tasks.py`. Nothing
else knows a task: results, tables and the command line go by what is declared here.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from transfer.stopwatch import Elapsed

from kerastl.adaptation.verdict.verdict import Verdict


@dataclass(frozen=True)
class Outcome:
    """One method on one pair with one seed.

    Attributes:
        accuracy: Of the last iterate on the target's test examples, whatever the verdict says.
        elapsed: What training took, baseline and verdict included.
        baseline_accuracy: Of the source-only baseline on the same examples, where there was one.
        verdict: Where there was one.
        standard_error: Of the difference of both accuracies, from paired examples.
    """

    accuracy: float
    elapsed: Elapsed
    baseline_accuracy: float | None = None
    verdict: Verdict | None = None
    standard_error: float | None = None

    @classmethod
    def paired(
        cls, adapted: np.ndarray, baseline: np.ndarray, elapsed: Elapsed, verdict: Verdict
    ) -> "Outcome":
        """Compare two models on the same examples.

        Args:
            adapted: Whether the adapted model is right, shape `(examples,)`.
            baseline: The same for the source-only baseline.
            elapsed: What training took.
            verdict: The verdict.
        """
        difference = adapted.astype(float) - baseline.astype(float)
        error = float(difference.std() / len(difference) ** 0.5)
        return cls(float(adapted.mean()), elapsed, float(baseline.mean()), verdict, error)

    def after(self, elapsed: Elapsed) -> "Outcome":
        """Count what came before training as well."""
        return replace(self, elapsed=elapsed + self.elapsed)


@dataclass(frozen=True)
class Task:
    """A family of pairs of domains.

    Attributes:
        name: What the command line calls it.
        title: Heading of its section of the page.
        explanation: What the tables are to be read with: data, configuration, what was tuned on.
        pairs: Such as `"books → dvd"`.
        methods: Columns of the table, in order.
        run: From pair, seed and method to the outcome. It alone reads data, and it may keep them.
        missed: From this task's results to the targets that they miss, a sentence each.
        peers: Further columns, whose results other programs write to the same file.
        own_baselines: Whether each method has a baseline of its own, with the same layers and
            phases.
    """

    name: str
    title: str
    explanation: str
    pairs: tuple[str, ...]
    methods: tuple[str, ...]
    run: Callable[[str, int, str], Outcome]
    missed: Callable[[Any], list[str]]
    peers: tuple[str, ...] = ()
    own_baselines: bool = False
