"""Measure which ways of fine-tuning gain over the linear probe on a few hundred examples.

    KERASTL_SHARED=... python benchmarks/tuning [--cases trashnet6 ...] [--seeds 0 1 2]
        [--plans "second stage" ...]

A plan is one training after the linear probe; variants of its weights train nothing further. The
validation part chooses epoch and mixture, as `fit` does; the test part is only reported. Cases,
draws and parts are those of benchmarks/transfer. Results are kept in
benchmarks/results/tuning-gains.jsonl, where a later run adds to them or replaces them;
docs/tuning-gains.md is written from all of them. With `--seeds` left empty nothing is measured and
the page is written from the stored results.
"""

import argparse
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).parents[1]))

import keras
import numpy as np
from machine import machine
from transfer.cases import CASES, Case

from tuning.plans import IMAGE_PLANS, TEXT_PLANS, plans_of
from tuning.results import Result, add, write_page
from tuning.variants import Variants


def run(case: Case, plan: str, seed: int) -> list[Result]:
    """Train once and measure every variant."""
    chosen, data = plans_of(case)[plan], case.dataset(seed)
    recipe = chosen.recipe(case)
    start = time.process_time()
    first, epochs = chosen.train(recipe, data, seed)
    seconds = time.process_time() - start
    found = Variants(recipe, data, seed).all_of(first, epochs)
    results = []
    for variant, answers in found.items():
        gains = found["probe"].losses - answers.losses
        error = float(gains.std() / np.sqrt(len(gains)))
        figures = (answers.loss, float(gains.mean()), error, answers.validation, answers.test)
        results.append(
            Result(case.name, plan, seed, variant, *figures, seconds, answers.note, machine())
        )
        print(
            f"{case.name}, {plan}, seed {seed}, {variant}: loss {answers.loss:.3f} "
            f"(gain {gains.mean():+.3f} ± {error:.3f}), validation {answers.validation:.3f}, "
            f"test {answers.test:.3f} {answers.note}",
            flush=True,
        )
    return results


def main() -> None:
    """Run what is chosen and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--cases", nargs="*", help="parts of case names; default: all")
    parser.add_argument("--seeds", type=int, nargs="*", default=[0, 1, 2])
    parser.add_argument("--plans", nargs="*", choices=[*IMAGE_PLANS, *TEXT_PLANS])
    options = parser.parse_args()
    for seed in options.seeds:
        for case in CASES:
            if options.cases and not any(part in case.name for part in options.cases):
                continue
            for plan in plans_of(case):
                if options.plans is None or plan in options.plans:
                    add(run(case, plan, seed))
                    write_page()
                    keras.backend.clear_session()
    write_page()


if __name__ == "__main__":
    main()
