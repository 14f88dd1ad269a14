"""Time an epoch after a frozen boundary against the trained part of the model alone.

    KERASTL_SHARED=... python benchmarks/middle_boundary.py

`fit` runs phases "last:1" on MobileNetV2 0.35 and the photos of trashnet6, with features kept in
memory and mapped from files: whole epochs, in which the validation split is measured and the best
weights are kept. The baseline fits and validates the same part of the model, compiled with the
same optimizer, on arrays in memory with Keras's own `fit`. All take turns, in this one run; the
median of the epochs after each first one, which compiles, counts. The metrics are kept in
docs/middle-boundary.md. The exit status is 1 if cached features take more than 1.25 times as long.
"""

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
from machine import machine
from main_job import photo_recipe, photos

import kerastl as ktl
from kerastl.recipe.examples import RecipeExamples
from kerastl.training.cache.open_cache import OpenFeatureCache
from kerastl.training.freezing.freezing import train_only
from kerastl.training.freezing.frozen_boundary import divide
from kerastl.training.optimizer.staged_adamw import StagedAdamW

BATCH = 16
EPOCHS = 8
ROUNDS = 3
SLOWEST_RATIO = 1.25
_PAGE = Path(__file__).parents[1] / "docs" / "middle-boundary.md"


class Epochs(keras.callbacks.Callback):
    """Time from the begin of an epoch to that of the next: callbacks at its end included."""

    def __init__(self) -> None:
        super().__init__()
        self._begun: list[float] = []

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self._begun.append(time.perf_counter())

    @property
    def seconds(self) -> list[float]:
        """Those of every epoch but the first and the last."""
        return np.diff(self._begun)[1:].tolist()


def main() -> int:
    data = photos(seed=0)

    def phase(cache: ktl.FeatureCache) -> list[float]:
        timed = Epochs()
        phases = [ktl.Phase("last:1", epochs=EPOCHS)]
        recipe = photo_recipe()
        recipe.fit(data, phases, batch_size=BATCH, cache=cache, callbacks=[timed], verbose=0)
        return timed.seconds

    recipe = photo_recipe()
    model = recipe.build(data.class_names)
    train_only(model, "last:1")
    boundary = divide(model)
    examples = RecipeExamples(recipe, data, BATCH)
    parts = []
    with OpenFeatureCache(ktl.FeatureCache(), print) as features:
        for split in (examples.training_in_order(), examples.validation_in_order()):
            kept = features.of(boundary.prefix, split)
            arrays = {name: np.array(values) for name, values in kept.features.items()}
            parts.append((arrays, split.labels))
    size = sum(each.nbytes for each in parts[0][0].values())

    def alone() -> list[float]:
        timed = Epochs()
        boundary.suffix.compile(
            StagedAdamW(1e-4), loss="sparse_categorical_crossentropy", metrics=["accuracy"]
        )
        boundary.suffix.fit(
            *parts[0],
            validation_data=parts[1],
            batch_size=BATCH,
            epochs=EPOCHS,
            callbacks=[timed],
            verbose=0,
        )
        return timed.seconds

    with tempfile.TemporaryDirectory() as folder:
        runs = {
            "its part alone, arrays": alone,
            "a phase, kept in memory": lambda: phase(ktl.FeatureCache()),
            "a phase, mapped from files": lambda: phase(ktl.FeatureCache(folder)),
        }
        times: dict[str, list[float]] = {name: [] for name in runs}
        for turn in range(ROUNDS):
            for name in runs if turn % 2 else reversed(runs):
                times[name] += runs[name]()
    yardstick = statistics.median(times["its part alone, arrays"])
    ratios = {name: statistics.median(each) / yardstick for name, each in times.items()}
    slow = max(ratios.values()) > SLOWEST_RATIO
    lines = [
        "# A boundary in the middle, measured",
        "",
        "`python benchmarks/middle_boundary.py`: seconds an epoch of MobileNetV2 0.35's last stage",
        f"and head, {len(parts[0][1])} photos for training and {len(parts[1][1])} for validation, "
        f"{size / 1e6:.0f} MB of features;",
        f"median of {len(times['its part alone, arrays'])} epochs. The target is a ratio of "
        f"{SLOWEST_RATIO}: {'missed' if slow else 'met'}.",
        f"Measured on {machine()}.",
        "",
        "| | seconds an epoch | ratio |",
        "|---|---|---|",
        *(
            f"| {name} | {statistics.median(each):.3f} | {ratios[name]:.2f} |"
            for name, each in times.items()
        ),
        "",
    ]
    _PAGE.write_text("\n".join(lines), "utf-8")
    print(*lines, sep="\n")
    return int(slow)


if __name__ == "__main__":
    sys.exit(main())
