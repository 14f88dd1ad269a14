"""The training and validation batches of a recipe."""

from __future__ import annotations

import hashlib
import json
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import tensorflow as tf

from kerastl.basics.files.scratch import scratch_folder
from kerastl.data.pipeline.epoch_sampler import EpochSampler
from kerastl.training.cache.model_identity import object_identity, without_names
from kerastl.training.phases.ordered_examples import InOrder

if TYPE_CHECKING:
    from collections.abc import Callable

    from kerastl.data.splits.dataset import Dataset
    from kerastl.data.splits.split import Split
    from kerastl.recipe.contract import RecipeContract

# The model's own hash covers these, except augmentation, which is hashed only if it is used.
_SEEN_IN_THE_MODEL = ("backbone", "dropout", "pooling", "feature_stages", "augmentation")


class RecipeExamples:
    """Provide the batches of a data set, as a recipe prepares them, to a trainer.

    Args:
        recipe: The recipe that prepares the batches.
        data: A data set with a training split, and with or without a validation split.
        batch_size: Examples in a batch.
        targets: Function that returns the targets of a split. Defaults to that of the recipe.
    """

    def __init__(
        self,
        recipe: RecipeContract,
        data: Dataset,
        batch_size: int,
        targets: Callable[[Split], np.ndarray] | None = None,
    ) -> None:
        self._recipe = recipe
        self._targets = targets or recipe.targets
        self._train = data.train
        self._validation = data.validation
        self.batch_size = batch_size
        self.training_count = len(data.train)
        self.classes = len(data.class_names)
        self.class_names = data.class_names
        self.modality: str = recipe.modality
        self.augments = getattr(recipe, "augmentation", "none") != "none"
        self._fingerprints: dict[int, str] = {}

    @property
    def input_size(self) -> str:
        """Size of what the model reads of an example, and the reason for it, as one line."""
        return self._recipe.input_size

    @cached_property
    def training_labels(self) -> np.ndarray:
        """Targets of the training examples, in their order."""
        return self._targets(self._train)

    def training(
        self, augment: bool, seed: int | EpochSampler, batch_size: int | None = None
    ) -> Any:
        """Return shuffled batches of `(inputs, labels)`."""
        size = batch_size or self.batch_size
        return self._recipe.batches(self._train, size, shuffle=True, augment=augment, seed=seed)

    def training_in_order(self, view: int | None = None, seed: int = 0) -> InOrder:
        """Return the training examples unshuffled; augmented if `view` is given."""
        if view is None:
            return self._in_order("training", self._train)

        def batches(start: int) -> Any:
            chosen = EpochSampler(seed, view)
            made = self._recipe.batches(self._train, self.batch_size, augment=True, seed=chosen)
            # Augmentation depends on the number of the batch, so that earlier ones must be read.
            return made.unbatch().skip(start).batch(self.batch_size) if start else made

        def identity() -> str:
            drawn = [self._augmentation(), seed, view, self.batch_size]
            return json.dumps([self._identity(self._train), drawn])

        name = f"training, view {view} of seed {seed}"
        return InOrder(name, self.training_labels, batches, self.batch_size, identity)

    def validation(self) -> Any:
        """Return validation batches of `(inputs, labels)`, or None without validation examples."""
        if self._validation is None:
            return None
        return self._recipe.batches(self._validation, self.batch_size)

    def validation_in_order(self) -> InOrder | None:
        """Return the validation examples in their order, or None if there are none."""
        if self._validation is None:
            return None
        return self._in_order("validation", self._validation)

    def _in_order(self, name: str, split: Split) -> InOrder:
        def batches(start: int) -> Any:
            rest = split.subset(range(start, len(split))) if start else split
            return self._recipe.batches(rest, self.batch_size)

        targets = self.training_labels if split is self._train else self._targets(split)
        # A recipe that reads the same examples in another way, such as with another truncation,
        # may have the same model.
        name = f"{name}: {self._recipe.input_arguments()}"
        return InOrder(name, targets, batches, self.batch_size, lambda: self._identity(split))

    def _identity(self, split: Split) -> str:
        if id(split) not in self._fingerprints:
            self._fingerprints[id(split)] = split.fingerprint()
        return json.dumps([self._fingerprints[id(split)], self._preparation], sort_keys=True)

    @cached_property
    def _preparation(self) -> Any:
        """Settings and files of the preprocessing, for the hash of cached features."""
        config = self._recipe.get_config()
        with scratch_folder() as folder:
            self._recipe.save_assets(folder)
            assets = {
                str(path.relative_to(folder)): _file_identity(path)
                for path in folder.rglob("*")
                if path.is_file()
            }
        return {
            "task": self._recipe.task,
            "config": {k: v for k, v in config.items() if k not in _SEEN_IN_THE_MODEL},
            "assets": assets,
            "tensorflow": tf.__version__,
        }

    def _augmentation(self) -> str:
        augmentation = getattr(self._recipe, "augmentation", "none")
        return augmentation if isinstance(augmentation, str) else object_identity(augmentation)


def _file_identity(path: Path) -> str:
    content = path.read_bytes()
    if path.suffix == ".json":
        described = json.loads(content)
        if isinstance(described, dict) and isinstance(described.get("config"), dict):
            # A Keras object, such as a tokenizer: Keras numbers names in the order of creation.
            content = json.dumps(without_names(described), sort_keys=True).encode()
        elif isinstance(described, dict):
            # Checksums of other files, which are described here themselves, without names.
            described.pop("checksums", None)
            content = json.dumps(described, sort_keys=True).encode()
    return hashlib.blake2b(content, digest_size=16).hexdigest()
