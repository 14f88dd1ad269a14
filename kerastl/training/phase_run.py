"""What a phase runs: a model, or the part of it after the frozen stages, with its batches."""

from dataclasses import dataclass
from typing import Any

import keras

from kerastl.training.boundary import divide
from kerastl.training.examples import Examples
from kerastl.training.kept_features import KeptFeatures, size_in_bytes
from kerastl.training.phase import Phase

_FEATURES_IN_MEMORY = 2 * 2**30  # bytes


@dataclass(frozen=True)
class PhaseRun:
    """A model and the batches to fit it on.

    Attributes:
        model: The whole model, or what comes after its frozen stages.
        training: Shuffled batches for it.
        validation: Batches for it in a fixed order.
        computed_once: Names of the stages that are not run again in every epoch.
        feature_bytes: Size of what they gave for the training examples.
    """

    model: keras.Model
    training: Any
    validation: Any
    computed_once: tuple[str, ...] = ()
    feature_bytes: int = 0

    @classmethod
    def prepare(cls, model: keras.Model, phase: Phase, examples: Examples, seed: int) -> "PhaseRun":
        """Compute what stays the same throughout a phase, where that saves work.

        Args:
            model: With what trains made trainable; see `train_only`.
            phase: Says whether examples change from epoch to epoch.
            examples: Where batches come from.
            seed: Seed of order and augmentation.
        """
        whole = cls(model, examples.training(phase.augment, seed), examples.validation())
        boundary = None if phase.augment else divide(model)
        if boundary is None or not boundary.saves_work:
            return whole
        in_order = examples.training_in_order()
        first, _ = next(in_order.as_numpy_iterator())
        size = size_in_bytes(boundary.prefix, first, examples.training_count)
        if size > _FEATURES_IN_MEMORY:
            return whole
        kept = KeptFeatures.compute(boundary.prefix, in_order)
        validation = KeptFeatures.compute(boundary.prefix, examples.validation())
        return cls(
            boundary.suffix,
            kept.batches(examples.batch_size, shuffle=True, seed=seed),
            validation.batches(examples.batch_size),
            boundary.stages,
            size,
        )
