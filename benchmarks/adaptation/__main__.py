"""Measure domain adaptation beside what it has to beat.

    KERASTL_SHARED=... python benchmarks/adaptation [--tasks amazon digits] [--seeds 0 1 2 3 4]
        [--methods ...] [--pairs ...] [--workers 2]

Labels of the target are used for the metrics only, never in training or for the verdict. Results
are kept in benchmarks/results/adaptation.jsonl, where a later run adds to them or replaces them;
docs/adaptation.md is written from all of them. With `--seeds` left empty nothing is measured and
the page is written from the stored results; `--verdicts` applies changed rules of the verdict to
them. The networks of `amazon` and `digits` are so small that
they use one core: `--workers` sets how many run side by side, each on its share of the cores. The
exit status is 1 where a target is missed.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).parents[1]))

import keras
from machine import machine

from adaptation import page
from adaptation.reached_again import reached_again
from adaptation.results import Result, Results
from adaptation.side_by_side import Run, outcomes
from adaptation.task import Outcome
from adaptation.tasks import TASKS, load


def runs(options: argparse.Namespace) -> Iterator[Run]:
    """List what is chosen, one seed after another."""
    for name in options.tasks:
        task = load(name)
        for seed, method, pair in product(options.seeds, task.methods, task.pairs):
            if options.methods and method not in options.methods:
                continue
            if not options.pairs or any(part in pair for part in options.pairs):
                yield Run(name, pair, seed, method)


def keep(run: Run, outcome: Outcome, workers: int) -> None:
    """Keep the metrics of one run."""
    verdict = outcome.verdict
    result = Result(
        *run,
        outcome.accuracy,
        outcome.baseline_accuracy,
        verdict.finding if verdict else "",
        *outcome.elapsed,
        f"{machine()}, {keras.backend.backend()} backend",
        workers,
        verdict.advised if verdict else "",
        _rounded(verdict.evidence.to_json()) if verdict else None,
        (verdict and verdict.choice) or "",
        outcome.standard_error,
    )
    # Read again each time: a peer's program may have written meanwhile.
    Results.read().with_one(result).write()
    page.write()
    baseline = (
        "" if result.baseline_accuracy is None else f", baseline {result.baseline_accuracy:.3f}"
    )
    print(
        f"{run.task}, {run.pair}, seed {run.seed}, {run.method}: {result.accuracy:.3f}{baseline} "
        f"in {result.seconds:.0f} s {result.verdict}",
        flush=True,
    )


def _rounded(metrics: Any) -> Any:
    """Shorten metrics in nested lists and dictionaries."""
    if isinstance(metrics, dict):
        return {name: _rounded(figure) for name, figure in metrics.items()}
    if isinstance(metrics, list | tuple):
        return [_rounded(figure) for figure in metrics]
    return None if metrics is None else round(metrics, 4)


def main() -> int:
    """Run what is chosen and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--tasks", nargs="*", choices=TASKS, default=TASKS)
    parser.add_argument("--seeds", type=int, nargs="*", default=[0, 1, 2, 3, 4])
    parser.add_argument("--methods", nargs="*", help="default: all of a task")
    parser.add_argument("--pairs", nargs="*", help="parts of their names; default: all")
    parser.add_argument("--workers", type=int, default=1, help="runs at the same time")
    parser.add_argument(
        "--verdicts", action="store_true", help="apply the present rules to stored evidence first"
    )
    options = parser.parse_args()
    if options.verdicts:
        reached_again(Results.read()).write()
    for run, outcome in outcomes(runs(options), options.workers):
        keep(run, outcome, options.workers)
    page.write()
    print(page.text())
    return int(bool(page.missed()))


if __name__ == "__main__":
    sys.exit(main())
