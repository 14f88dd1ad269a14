"""What a phase behind a boundary in the middle costs, against its part of the model alone.

    KERASTL_SHARED=... python benchmarks/middle_boundary.py

A phase "last:1" on MobileNetV2 0.35 and the photos of trashnet6 trains on kept features, in
memory and mapped from files. The yardstick fits the same part of the model, compiled alike, on
arrays in memory with Keras's own `fit`. All take turns, in this one run; the median of the
epochs counts. The exit status is 1 where kept features take more than 1.25 times as long.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from machine import machine
from main_job import photo_recipe, photos

import kerastl as ktl
from kerastl.recipe_examples import RecipeExamples
from kerastl.training.boundary import divide
from kerastl.training.cache.open_cache import OpenFeatureCache
from kerastl.training.freezing import train_only
from kerastl.training.kept_features import batches_of
from kerastl.training.optimizer import StagedAdamW

BATCH = 16
EPOCHS = 9
SLOWEST_RATIO = 1.25


def seconds(run: Callable[[], Any]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def main() -> int:
    data = photos(seed=0)
    recipe = photo_recipe()
    model = recipe.build(data.class_names)
    train_only(model, "last:1")
    boundary = divide(model)
    suffix = boundary.suffix
    suffix.compile(StagedAdamW(1e-4), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    examples = RecipeExamples(recipe, data, BATCH).training_in_order()

    def fit(*given: Any, **options: Any) -> Callable[[], Any]:
        return lambda: suffix.fit(*given, epochs=1, verbose=0, **options)

    with (
        tempfile.TemporaryDirectory() as folder,
        OpenFeatureCache(ktl.FeatureCache(), print) as memory,
        OpenFeatureCache(ktl.FeatureCache(folder), print) as files,
    ):
        kept = [each.of(boundary.prefix, examples) for each in (memory, files)]
        arrays = {name: np.array(values) for name, values in kept[0].features.items()}
        runs = {
            "arrays": fit(arrays, examples.labels, batch_size=BATCH),
            "kept in memory": fit(batches_of([kept[0]], BATCH, shuffle=True)),
            "mapped from files": fit(batches_of([kept[1]], BATCH, shuffle=True)),
        }
        times: dict[str, list[float]] = {name: [] for name in runs}
        for epoch in range(EPOCHS + 1):
            for name in runs if epoch % 2 else reversed(runs):
                taken = seconds(runs[name])
                if epoch:  # the first one compiles
                    times[name].append(taken)
    print(f"{machine()}\n{len(examples)} photos, {kept[0].nbytes / 1e6:.0f} MB of features")
    yardstick = statistics.median(times["arrays"])
    slow = False
    for name, values in times.items():
        ratio = statistics.median(values) / yardstick
        slow = slow or ratio > SLOWEST_RATIO
        print(f"{name:18} {statistics.median(values):6.3f} s an epoch, ratio {ratio:.2f}")
    print(f"{'ABOVE' if slow else 'within'} {SLOWEST_RATIO}")
    return int(slow)


if __name__ == "__main__":
    sys.exit(main())
