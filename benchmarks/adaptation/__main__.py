"""Measure domain adaptation beside what it has to beat.

    KERASTL_SHARED=... python benchmarks/adaptation [--tasks amazon digits] [--seeds 0 1 2 3 4]
        [--methods ...] [--pairs ...]

Labels of the target are used for the figures only, never in training or for the verdict. Results
are kept in docs/adaptation.jsonl, where a later run adds to them or replaces them;
docs/adaptation.md is written from all of them. The exit status is 1 where a target is missed.
"""

import argparse
import os
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).parents[1]))

import keras
from machine import machine

from adaptation import page
from adaptation.results import Result, Results
from adaptation.task import Task
from adaptation.tasks import TASKS, load


def run(task: Task, pair: str, seed: int, method: str) -> None:
    """Run one method once, and keep its figures."""
    outcome = task.run(pair, seed, method)
    result = Result(
        task.name,
        pair,
        seed,
        method,
        outcome.accuracy,
        outcome.twin_accuracy,
        outcome.verdict,
        *outcome.elapsed,
        f"{machine()}, {keras.backend.backend()} backend",
    )
    # Read again each time: a peer's program may have written meanwhile.
    Results.read().with_one(result).write()
    twin = "" if result.twin_accuracy is None else f", twin {result.twin_accuracy:.3f}"
    print(
        f"{task.name}, {pair}, seed {seed}, {method}: {result.accuracy:.3f}{twin} "
        f"in {result.seconds:.0f} s {result.verdict}",
        flush=True,
    )


def main() -> int:
    """Run what is chosen and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--tasks", nargs="*", choices=TASKS, default=TASKS)
    parser.add_argument("--seeds", type=int, nargs="*", default=[0, 1, 2, 3, 4])
    parser.add_argument("--methods", nargs="*", help="default: all of a task")
    parser.add_argument("--pairs", nargs="*", help="parts of their names; default: all")
    options = parser.parse_args()
    for task in map(load, options.tasks):
        for seed in options.seeds:
            for method in task.methods:
                for pair in task.pairs:
                    if options.pairs and not any(part in pair for part in options.pairs):
                        continue
                    if not options.methods or method in options.methods:
                        run(task, pair, seed, method)
                page.write()
    page.write()
    print(page.text())
    return int(bool(page.missed()))


if __name__ == "__main__":
    sys.exit(main())
