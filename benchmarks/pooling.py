"""Compare poolings of feature maps by the linear probe.

    KERASTL_SHARED=... python benchmarks/pooling.py --features DIRECTORY [--seeds 0 1 2]

The mean of each channel alone, and with its mean absolute deviation: the pooling `"statistics"`.
For every seed, the examples of a case are divided as in benchmarks/transfer. The loss is
cross-validated on the training split; the accuracy is that on the test part, which chooses nothing.
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

from kerastl.recipe.choosing.held_out_losses import held_out_losses

KINDS = {"mean": (0,), "mean and deviation": (0, 1)}
"""Which of the two outputs of every stage are read, by name."""
DATA = ("trashnet6", "sign_digits", "office amazon", "office webcam")
NETWORKS = ("MobileNetV2 0.35", "MobileNet 0.25")


@dataclass(frozen=True)
class Result:
    """One seed of one case.

    Attributes:
        case: Data and backbone.
        seed: The seed of training split and folds.
        loss: Cross-validated loss on the training split by pooling.
        accuracy: Test accuracy by pooling.
        machine: Where it was measured.
    """

    case: str
    seed: int
    loss: dict[str, float]
    accuracy: dict[str, float]
    machine: str


def run(case: Case, seed: int, folder: Path) -> Result:
    """Fit the linear probe of every pooling on a seed's training split."""
    features, data = case_features(case, folder), case.dataset(seed)
    criterion = case.recipe().criterion
    train, test = features.rows(data.train), features.rows(data.test)
    loss, accuracy = {}, {}
    for name, kinds in KINDS.items():
        arrays = [each for number, each in enumerate(features.stages) if number % 2 in kinds]
        found = held_out_losses(
            criterion,
            [each[train] for each in arrays],
            data.train.labels,
            len(data.class_names),
            seed,
        )
        assert found is not None
        loss[name] = found.mean
        accuracy[name] = probe_accuracy(criterion, arrays, train, test, data, seed)
    return Result(case.name, seed, loss, accuracy, machine())


def main() -> int:
    """Run the chosen cases and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--features", type=Path, required=True)
    parser.add_argument("--data", nargs="*", default=DATA)
    parser.add_argument("--backbones", nargs="*", default=NETWORKS)
    parser.add_argument("--seeds", type=int, nargs="*", default=[0, 1, 2])
    options = parser.parse_args()
    print(f"loss and test accuracy over seeds {options.seeds}; {machine()}\n")
    print(f"| case | {' | '.join(KINDS)} |")
    print("|---|" + "---|" * len(KINDS))
    for case in (Case(data, net) for net in options.backbones for data in options.data):
        results = [run(case, seed, options.features) for seed in options.seeds]
        append_lines(FOLDER / "pooling.jsonl", results)
        cells = []
        for name in KINDS:
            loss = np.mean([each.loss[name] for each in results])
            accuracy = np.mean([each.accuracy[name] for each in results])
            cells.append(f"{loss:.3f}, {accuracy:.3f}")
        print(f"| {case.name} | {' | '.join(cells)} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
