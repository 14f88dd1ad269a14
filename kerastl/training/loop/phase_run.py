"""The model and the batches of a phase, with cached features where possible."""

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
    """The model of a phase, or its part after the frozen stages, and its batches.

    Attributes:
        model: The whole model, or the part after the frozen stages if features are cached.
        training: Shuffled training batches for it.
        validation: Validation batches in a fixed order, or None without validation examples.
        cached_stages: Names of the stages whose features are cached.
        feature_bytes: Size of the cached features of the training examples.
        found: Whether all features were in the cache before.
    """

    model: keras.Model
    training: Any
    validation: Any
    cached_stages: tuple[str, ...] = ()
    feature_bytes: int = 0
    found: bool = False

    @property
    def note(self) -> str | None:
        """A printed line about cached features, or None without them."""
        if not self.cached_stages:
            return None
        how = "Reusing cached features" if self.found else "Computed and cached the features"
        stages = ", ".join(self.cached_stages)
        return f"{how} of {stages} ({written_size(self.feature_bytes)})"

    @classmethod
    def prepare(
        cls,
        model: keras.Model,
        phase: Phase,
        examples: Examples,
        seed: EpochSampler,
        features: OpenFeatureCache,
    ) -> "PhaseRun":
        """Cache the features of frozen stages if they do not change between epochs.

        Args:
            model: The model with its trainable part set; see `train_only`.
            phase: The phase, which sets augmentation, views and mixing.
            examples: The training and validation examples.
            seed: Seed of order and augmentation.
            features: The feature cache.
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
            ordered = [examples.training_in_order()]
        else:
            ordered = [examples.training_in_order(view, seed.seed) for view in range(views)]
        held_out = examples.validation_in_order()
        cached = []
        for each in [*ordered, *([] if held_out is None else [held_out])]:
            computed = features.of(boundary.prefix, each)
            if computed is None:
                return None
            cached.append(computed)
        training, validation = cached[: len(ordered)], cached[len(ordered) :]
        trims = examples.modality == "text"
        return cls(
            boundary.suffix,
            batches_of(training, examples.batch_size, shuffle=True, seed=seed, trims=trims),
            batches_of(validation, examples.batch_size) if validation else None,
            boundary.stages,
            sum(view.nbytes for view in training),
            all(view.found for view in cached),
        )
