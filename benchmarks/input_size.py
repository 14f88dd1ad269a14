"""Measure what a choice of image size by cross-validation gains over the backbone's own size.

    KERASTL_SHARED=... python benchmarks/input_size.py --features DIRECTORY [--seeds 0 1 2]

Each image is read once at every size; its features are kept in DIRECTORY. For every seed, the
examples of a case are divided as in benchmarks/transfer, and the size is chosen on the training
split alone, by the rules of `kerastl.recipe.choosing`. The linear probe of every size is then
measured on the test part, which chooses nothing.
"""

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from case_features import case_features
from machine import machine
from probe_accuracy import probe_accuracy
from result_lines import FOLDER, append_lines
from transfer.cases import Case

from kerastl.recipe.choosing.held_out_losses import HeldOutLosses, held_out_losses
from kerastl.recipe.choosing.search_rules import next_to_try, preferred

SIZES = (128, 160, 224, 288, 320, 384)
OWN = SIZES.index(224)
ERRORS = (0.0, 0.5, 1.0)


@dataclass(frozen=True)
class Result:
    """One seed of one case.

    Attributes:
        case: Data and backbone.
        seed: The seed of training split and folds.
        tried: Sizes in the order of the search.
        chosen: The chosen size by the number of standard errors that a larger one must gain.
        accuracy: Test accuracy of the linear probe by size.
        loss: Cross-validated loss on the training split by size.
        machine: Where it was measured.
    """

    case: str
    seed: int
    tried: list[int]
    chosen: dict[str, int]
    accuracy: dict[str, float]
    loss: dict[str, float]
    machine: str


def run(case: Case, seed: int, folder: Path) -> Result:
    """Choose a size on a seed's training split, and measure every size on the test part."""
    stored = {size: case_features(case, folder, size) for size in SIZES}
    features = {size: each.stages for size, each in stored.items()}
    data = case.dataset(seed)
    train, test = (stored[SIZES[OWN]].rows(split) for split in (data.train, data.test))
    criterion = case.recipe().criterion
    measured: dict[int, HeldOutLosses] = {}
    every: dict[int, HeldOutLosses] = {}
    accuracy = {}
    for number, size in enumerate(SIZES):
        columns = [array[train] for array in features[size]]
        losses = held_out_losses(criterion, columns, data.train.labels, len(data.class_names), seed)
        assert losses is not None
        every[number] = losses
        accuracy[str(size)] = probe_accuracy(criterion, features[size], train, test, data, seed)
    number: int | None = OWN
    while number is not None:
        measured[number] = every[number]
        number = next_to_try(measured, OWN, range(len(SIZES)))
    return Result(
        case.name,
        seed,
        [SIZES[each] for each in measured],
        {f"{errors:g}": SIZES[preferred(measured, OWN, errors)] for errors in ERRORS},
        accuracy,
        {str(SIZES[each]): every[each].mean for each in every},
        machine(),
    )


def main() -> int:
    """Run the chosen cases and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--features", type=Path, required=True)
    parser.add_argument("--cases", nargs="*", default=["trashnet6", "sign_digits", "office amazon"])
    parser.add_argument("--backbone", default="MobileNetV2 0.35")
    parser.add_argument("--seeds", type=int, nargs="*", default=[0, 1, 2])
    options = parser.parse_args()
    print("| data | standard errors | chosen | own size | chosen size | gain |")
    print("|---|---|---|---|---|---|")
    for name in options.cases:
        case = Case(name, options.backbone)
        if not options.seeds:
            for size in SIZES:
                case_features(case, options.features, size)
            continue
        results = [run(case, seed, options.features) for seed in options.seeds]
        append_lines(FOLDER / "input_size.jsonl", results)
        own = np.array([each.accuracy[str(SIZES[OWN])] for each in results])
        for errors in (f"{each:g}" for each in ERRORS):
            chosen = np.array([each.accuracy[str(each.chosen[errors])] for each in results])
            sizes = ", ".join(str(each.chosen[errors]) for each in results)
            print(
                f"| {case.name} | {errors} | {sizes} | {own.mean():.3f} | {chosen.mean():.3f} "
                f"| {(chosen - own).mean():+.3f} |",
                flush=True,
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
