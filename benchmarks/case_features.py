"""Features of all examples of a transfer case, computed once and kept in a directory."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from transfer.cases import Case

import kerastl as ktl
from kerastl.recipe.choosing.feature_pass import in_order, pooled_prefix
from kerastl.training.cache.feature_cache import FeatureCache
from kerastl.training.cache.open_cache import OpenFeatureCache


@dataclass(frozen=True)
class CaseFeatures:
    """Pooled features of the examples of a case.

    Attributes:
        stages: One array a stage, shape `(examples, width)`.
        place: The row of each example by its name.
    """

    stages: list[np.ndarray]
    place: dict[str, int]

    def rows(self, split: ktl.data.Split) -> np.ndarray:
        """Return the rows of a split's examples, in its order."""
        return np.array([self.place[name] for name in names(split)])


def case_features(case: Case, folder: Path, size: int | None = None) -> CaseFeatures:
    """Compute the features that the head of a case reads, or read them from a directory.

    Args:
        case: The case.
        folder: Where features are kept.
        size: Height and width of images. Defaults to None: the backbone's own.
    """
    data = case.dataset(0)
    splits = [data.train, data.validation, data.test]
    name = case.name.replace(", ", "-").replace(" ", "_")
    file = folder / (f"{name}.npz" if size is None else f"{name}-{size}.npz")
    if not file.exists():
        recipe = case.recipe()
        if size is not None:
            recipe.read_as({"image_size": (size, size)})
        recipe.prepare(data.train)
        recipe.build(data.class_names)
        prefix, stages = pooled_prefix(recipe)
        parts = []
        with OpenFeatureCache(FeatureCache(), print) as cache:
            for number, split in enumerate(splits):
                ordered = in_order(recipe, ktl.data.Dataset(split), 16, is_sample=bool(number))
                cache.begin_phase()
                cache.begin_phase()
                parts.append(cache.needed(prefix, ordered).features)
        folder.mkdir(parents=True, exist_ok=True)
        outputs = [name for names in stages.values() for name in names]
        joined = {name: np.concatenate([part[name] for part in parts]) for name in outputs}
        np.savez(file, **joined)
    with np.load(file) as stored:
        arrays = [stored[name] for name in stored.files]
    order = [each for split in splits for each in names(split)]
    return CaseFeatures(arrays, {each: row for row, each in enumerate(order)})


def names(split: ktl.data.Split) -> list[str]:
    """Return what tells a split's examples apart: paths of images, or texts."""
    if split.modality == "text":
        return list(split.inputs)
    images = split.inputs
    return [str(images.sources[index]) for index in images.indices]
