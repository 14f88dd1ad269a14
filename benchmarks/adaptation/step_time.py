"""Time a step of DANN against a plain step on as many source examples.

    KERASTL_SHARED=... python benchmarks/adaptation/step_time.py [--write docs/adaptation-step.md]

Both run in one process in turns, through the library's own model, optimizer and batches. The exit
status is 1 where a step of DANN costs more than 2.2 plain ones.
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

from adaptation.networks import digits_network, reviews_network
from kerastl.adaptation import DANN
from kerastl.adaptation.domains.array_examples import ArrayExamples
from kerastl.adaptation.domains.domain_rows import DomainRows
from kerastl.adaptation.domains.paired_sampler import PairedSampler
from kerastl.adaptation.domains.subset_sampler import SubsetSampler
from kerastl.adaptation.training.adapted_model import AdaptedModel
from kerastl.training.optimizer.staged_adamw import StagedAdamW

_COUNT, _BATCH, _TURNS = 2048, 64, 7
_LIMIT = 2.2


def main() -> int:
    """Measure both networks."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    lines = [
        "# What a step of DANN costs",
        "",
        f"`python benchmarks/adaptation/step_time.py`: milliseconds a step at {_BATCH} source",
        f"examples, DANN with {_BATCH} of the target beside them; medians of {_TURNS} turns of",
        f"{_COUNT // _BATCH} steps. {machine()}, {keras.backend.backend()} backend.",
        "",
        "| network | plain step | step of DANN | ratio |",
        "|---|---|---|---|",
    ]
    ratios = []
    for name, make in (("reviews", reviews_network), ("digits", digits_network)):
        plain, adversarial = _milliseconds(make)
        ratios.append(adversarial / plain)
        lines.append(f"| {name} | {plain:.1f} | {adversarial:.1f} | {ratios[-1]:.2f} |")
    print("\n".join(lines))
    if options.write:
        options.write.write_text("\n".join([*lines, ""]), "utf-8")
    return int(max(ratios) > _LIMIT)


def _milliseconds(make) -> tuple[float, float]:
    """Return the medians of a plain step and of one of DANN."""
    model = make(0)
    inputs = np.random.default_rng(0).random((2 * _COUNT, *model.input_shape[1:]), "float32")
    classes = model.output_shape[-1]
    rows = DomainRows.of([np.arange(_COUNT) % classes], _COUNT)
    source, target = np.arange(_COUNT), np.arange(_COUNT, 2 * _COUNT)
    width = model.get_layer("features").output.shape[-1]
    trained = []
    for alignment, size, order in (
        (None, _BATCH, SubsetSampler(0, source)),
        (DANN().alignment(width, classes, 2), 2 * _BATCH, None),
    ):
        order = order or PairedSampler(0, [source], target, size)
        batches = ArrayExamples(inputs, inputs[:1], classes, size).training(False, order)
        adapted = AdaptedModel(make(0), "features", rows, alignment, _COUNT)
        adapted.compile(StagedAdamW(1e-3, global_clipnorm=1.0))
        adapted.fit(batches, verbose=0)  # traced here
        trained.append((adapted, batches))
    taken = []
    for _ in range(_TURNS):
        turn = []
        for adapted, batches in trained:
            start = time.perf_counter()
            adapted.fit(batches, verbose=0)
            turn.append((time.perf_counter() - start) / (_COUNT // _BATCH) * 1e3)
        taken.append(turn)
    return tuple(np.median(taken, axis=0))


if __name__ == "__main__":
    sys.exit(main())
