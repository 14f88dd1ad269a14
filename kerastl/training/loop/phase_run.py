"""What a phase runs: a model, or the part of it after the frozen stages, with its batches."""

from dataclasses import dataclass
from typing import Any

import keras

from kerastl.basics.byte_size import written_size
from kerastl.data.pipeline.epoch_sampler import EpochSampler
from kerastl.training.cache.cached_features import batches_of
from kerastl.training.cache.open_cache import OpenFeatureCache
from kerastl.training.freezing.frozen_boundary import Boundary, divide
from kerastl.training.loop.mixing import mix_pairs
from kerastl.training.phases.examples import Examples
from kerastl.training.phases.phase import Phase


@dataclass(frozen=True)
class PhaseRun:
    """A model and the batches to fit it on.

    Attributes:
        model: The whole model, or what comes after its frozen stages.
        training: Shuffled batches for it.
        validation: Batches for it in a fixed order, or None without validation examples.
        computed_once: Names of the stages that are not run again in every epoch.
        feature_bytes: Size of what they gave for the training examples.
        found: Whether that was there already.
    """

    model: keras.Model
    training: Any
    validation: Any
    computed_once: tuple[str, ...] = ()
    feature_bytes: int = 0
    found: bool = False

    @property
    def note(self) -> str | None:
        """A line about the features that were computed once, or None."""
        if not self.computed_once:
            return None
        once = ", ".join(self.computed_once)
        how = "Found in the cache" if self.found else "Computed once"
        return f"{how}: {once} ({written_size(self.feature_bytes)} of features)"

    @classmethod
    def prepare(
        cls,
        model: keras.Model,
        phase: Phase,
        examples: Examples,
        seed: EpochSampler,
        features: OpenFeatureCache,
    ) -> "PhaseRun":
        """Compute what stays the same throughout a phase, where that saves work.

        Args:
            model: With what trains made trainable; see `train_only`.
            phase: Says whether examples change from epoch to epoch.
            examples: Where batches come from.
            seed: Seed of order and augmentation.
            features: Gives what the frozen stages compute.
        """
        changes = phase.augment and examples.augments
        if not phase.mix and (phase.views or not changes):
            boundary = divide(model)
            views = min(phase.views or 1, phase.epochs) if changes else None
            if boundary is not None and boundary.saves_work:
                run = cls._after(boundary, views, examples, seed, features)
                if run is not None:
                    return run
        training = examples.training(phase.augment, seed)
        if phase.mix is not None:
            training = mix_pairs(training, phase.mix, examples.classes, seed)
        return cls(model, training, examples.validation())

    @classmethod
    def _after(
        cls,
        boundary: Boundary,
        views: int | None,
        examples: Examples,
        seed: EpochSampler,
        features: OpenFeatureCache,
    ) -> "PhaseRun | None":
        if views is None:
            passes = [examples.training_in_order()]
        else:
            passes = [examples.training_in_order(view, seed.seed) for view in range(views)]
        held_out = examples.validation_in_order()
        kept = []
        for each in [*passes, *([] if held_out is None else [held_out])]:
            computed = features.of(boundary.prefix, each)
            if computed is None:
                return None
            kept.append(computed)
        training, validation = kept[: len(passes)], kept[len(passes) :]
        trims = examples.modality == "text"
        return cls(
            boundary.suffix,
            batches_of(training, examples.batch_size, shuffle=True, seed=seed, trims=trims),
            batches_of(validation, examples.batch_size) if validation else None,
            boundary.stages,
            sum(view.nbytes for view in training),
            all(view.found for view in kept),
        )
