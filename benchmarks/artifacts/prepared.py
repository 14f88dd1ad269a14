"""A case that is trained and exported, ready to be measured."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

import kerastl as ktl
from artifacts.case import Case
from kerastl.artifacts.litert.runner import LiteRTModel

VARIANTS = ("float32", "float16", "dynamic", "int8")


@dataclass(frozen=True)
class Prepared:
    """A fitted recipe, its bundle, and the test part as the model takes it.

    Attributes:
        case: Which network and data.
        seed: Seed of split and training.
        recipe: The fitted recipe.
        data: What it was fitted on.
        bundle: What it exported, with the default bounds.
        inputs: The test part, by input name.
        labels: Its labels.
    """

    case: Case
    seed: int
    recipe: ktl.Recipe
    data: ktl.data.Dataset
    bundle: ktl.artifacts.Bundle
    inputs: dict[str, np.ndarray]
    labels: np.ndarray

    @cached_property
    def scores(self) -> np.ndarray:
        """The model's scores of the test part."""
        named = self.inputs if len(self.inputs) > 1 else next(iter(self.inputs.values()))
        return np.asarray(self.recipe.model.predict(named, batch_size=32, verbose=0))

    @cached_property
    def file_scores(self) -> dict[str, np.ndarray]:
        """Each kept LiteRT file's scores of the test part."""
        return {name: self.file(name, threads=2).predict(self.inputs) for name in self.kept}

    @property
    def kept(self) -> list[str]:
        """LiteRT variants that the export kept."""
        return [name for name in VARIANTS if self.bundle[f"tflite/{name}"].kept]

    def file(self, variant: str, threads: int = 1) -> LiteRTModel:
        """Open a LiteRT file."""
        return LiteRTModel(self.bundle.path(f"tflite/{variant}").read_bytes(), threads)

    def examples(self, split: ktl.data.Split, count: int) -> ktl.artifacts.HeldOut:
        """Read some examples of a split, evenly spread."""
        chosen = split.subset(np.linspace(0, len(split) - 1, min(count, len(split))).astype(int))
        inputs, labels = _read(self.recipe, chosen)
        return ktl.artifacts.HeldOut(inputs, labels, chosen.encoded())


@contextmanager
def prepared(case: Case, seed: int) -> Iterator[Prepared]:
    """Fit a head on frozen features and export.

    Args:
        case: Which network and data.
        seed: Seed of split and training.

    Yields:
        What can be measured; its files are gone afterwards.
    """
    data = case.data(seed)
    recipe = case.recipe()
    recipe.fit(data, "feature_extraction", seed=seed, verbose=0)
    with tempfile.TemporaryDirectory() as folder:
        bundle = recipe.export(
            Path(folder) / "bundle", quantize=VARIANTS, on_refused="report", check_server=True
        )
        print(bundle, flush=True)
        inputs, labels = _read(recipe, data.test)
        yield Prepared(case, seed, recipe, data, bundle, inputs, labels)


def _read(recipe: ktl.Recipe, split: ktl.data.Split) -> tuple[dict[str, np.ndarray], np.ndarray]:
    columns: dict[str, list[np.ndarray]] = {}
    labels = []
    for batch, targets in recipe.batches(split).as_numpy_iterator():
        named = batch if isinstance(batch, dict) else {recipe.model.inputs[0].name: batch}
        for name, rows in named.items():
            columns.setdefault(name, []).append(rows)
        labels.append(targets)
    inputs = {name: np.concatenate(rows) for name, rows in columns.items()}
    return inputs, np.concatenate(labels)
