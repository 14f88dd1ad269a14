"""Measure how well `fit` keeps to a time budget, on a machine that may be busy.

    KERASTL_SHARED=... python benchmarks/time_budget.py [--budgets 30 60 120] [--write FILE]

The whole of `fit` counts: building the backbone, feature passes, the choice of stages, tuning, the
refit on all labels, and the temperature. A time is kept if it exceeds the budget by at most a
tenth. Results are printed, and with --write put on a page.
"""

import argparse
import os
import time
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
from machine import machine
from transfer.cases import Case

import kerastl as ktl

CASES = (Case("trashnet6", "MobileNetV2 0.35"), Case("rt_polarity", "MiniLM"))


@dataclass(frozen=True)
class Result:
    """One `fit` under a budget."""

    case: str
    budget: float
    seconds: float
    epochs: int
    load: float

    @property
    def is_kept(self) -> bool:
        """Whether the budget is exceeded by at most a tenth."""
        return self.seconds <= 1.1 * self.budget


def run(case: Case, budget: float, seed: int = 0) -> Result:
    """Fit once, on training and validation examples, as a user does who has one folder."""
    data = case.dataset(seed)
    recipe = case.recipe()
    start = time.perf_counter()
    schedule = ktl.schedules.ProbeGuidedFineTune(budget=budget)
    history = recipe.fit(data, schedule, seed=seed, refit=True, verbose=0)
    seconds = time.perf_counter() - start
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    keras.backend.clear_session()
    return Result(case.name, budget, seconds, len(history.epoch) - 1, load)


def page(results: list[Result]) -> str:
    """Write the results as a page."""
    lines = [
        "# Time budgets, measured",
        "",
        "Seconds of a whole `fit(data, ProbeGuidedFineTune(budget=...))`: building the backbone,",
        "features, the choice of stages, tuning, the refit and the temperature. A budget is kept",
        "if it is exceeded by at most a tenth. *Load* is the mean number of processes that wanted",
        f"a core in the last minute. Script: `benchmarks/time_budget.py`. {machine()}.",
        "",
        "| data, backbone | budget, s | `fit`, s | epochs of tuning | load | kept |",
        "|---|---|---|---|---|---|",
    ]
    for each in results:
        kept = "yes" if each.is_kept else "no"
        cells = [each.case, f"{each.budget:g}", f"{each.seconds:.1f}", each.epochs]
        lines.append("| " + " | ".join(map(str, [*cells, f"{each.load:.1f}", kept])) + " |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Run every case with every budget."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--budgets", type=float, nargs="+", default=[30, 60, 120])
    parser.add_argument("--write", type=Path, help="a Markdown file for the table")
    options = parser.parse_args()
    results = []
    for case in CASES:
        for budget in options.budgets:
            results.append(run(case, budget))
            print(results[-1], flush=True)
    if options.write:
        options.write.write_text(page(results), encoding="utf-8")


if __name__ == "__main__":
    main()
