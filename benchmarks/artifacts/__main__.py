"""Measure exported files against the model and against the plain ways.

    KERASTL_SHARED=... python benchmarks/artifacts [--cases trashnet6 ...] [--seeds 0 1 2]
        [--tables integer space ...]

Results are kept in benchmarks/results/artifacts.jsonl, where a later run adds to them or replaces
them; docs/artifacts.md is written from all of them. With `--cases` left empty nothing is measured
and the page is written from the stored results. The exit status is 1 where a target is missed.
"""

import argparse
import os
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).parents[1]))

from machine import machine

from artifacts import page
from artifacts.case import Case
from artifacts.cases import CASES
from artifacts.prepared import prepared
from artifacts.results import Result, Results
from artifacts.tables.names import TABLES, load


def run(case: Case, seed: int, tables: list[str]) -> None:
    """Prepare a case once, measure it for each table, and keep the metrics."""
    chosen = [table for table in map(load, tables) if table.seeds is None or seed < table.seeds]
    with prepared(case, seed) as ready:
        for table in chosen:
            found = [
                Result(table.name, case.name, seed, row, metrics, machine())
                for row, metrics in table.measure(ready).items()
            ]
            for each in found:
                print(f"{each.table}, {case.name}, seed {seed}, {each.row}: {each.metrics}")
            Results.read().with_these(found).write()
            page.write()


def main() -> int:
    """Run what is chosen and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--cases", nargs="*", help="parts of their names; default: all")
    parser.add_argument("--seeds", type=int, nargs="*", default=[0, 1, 2])
    parser.add_argument("--tables", nargs="*", choices=TABLES, default=list(TABLES))
    options = parser.parse_args()
    for case in CASES.values():
        if options.cases is None or any(part in case.name for part in options.cases):
            for seed in options.seeds:
                run(case, seed, options.tables)
    page.write()
    problems = page.missed()
    print("\n".join(problems) or "All targets are reached.")
    return int(bool(problems))


if __name__ == "__main__":
    sys.exit(main())
