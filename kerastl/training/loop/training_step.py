"""The contract of one kind of training: what `Trainer` asks for in every phase."""

import abc
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import keras
import numpy as np

from kerastl.data.pipeline.epoch_sampler import EpochSampler
from kerastl.training.cache.open_cache import OpenFeatureCache
from kerastl.training.checkpoint.progress import Stateful
from kerastl.training.criterion import Criterion
from kerastl.training.loop.kept_weights import KeptWeights
from kerastl.training.phases.examples import Examples
from kerastl.training.phases.phase import Keep, Phase


@dataclass(frozen=True)
class PhaseSetup:
    """Describe what runs in one phase of gradient steps.

    Attributes:
        model: The model that `fit` is called on; not compiled.
        training: Batches for it, as many in every epoch.
        sampler: Draws the order of the batches. The loop sets its epoch.
        kept: Callback that measures every epoch and restores the weights that are kept.
        rate_multipliers: Factor on the learning rate by variable path.
        loss: What `compile` takes; None where the model computes its own.
        metrics: What `compile` takes.
        callbacks: Keras callbacks of the step itself, which run before all others.
        stateful: What a checkpoint must hold besides variables, by name.
        described: What the history's description of the phase gets in addition.
        note: A line to print before training starts, or None.
    """

    model: keras.Model
    training: Any
    sampler: EpochSampler
    kept: KeptWeights
    rate_multipliers: dict[str, float] = field(default_factory=dict)
    loss: Any = None
    metrics: Sequence[Any] = ()
    callbacks: Sequence[keras.callbacks.Callback] = ()
    stateful: dict[str, Stateful] = field(default_factory=dict)
    described: dict[str, Any] = field(default_factory=dict)
    note: str | None = None


class TrainingStep(abc.ABC):
    """Define the batches, the loss, the extra variables and the kept weights of a training.

    `Trainer` runs phases, freezes stages, compiles, checkpoints and resumes, the same for every
    kind of training. A subclass says what is particular: `SupervisedStep` for labelled
    examples, and others for domain adaptation, contrastive tuning and quantization-aware
    training.

    Args:
        model: The whole model, made of stages and a head named `"head"`.
        examples: Where batches come from.
        criterion: The task's loss and metrics.
        seed: Seed of orders, augmentation and folds.

    Attributes:
        name: Prefix of the line that announces a phase.
        default_keep: What a phase with `keep=None` ends with.
    """

    name = ""
    default_keep: ClassVar[Keep] = "best"

    def __init__(
        self, model: keras.Model, examples: Examples, criterion: Criterion, seed: int
    ) -> None:
        self.model = model
        self.examples = examples
        self.criterion = criterion
        self.seed = seed

    @abc.abstractmethod
    def check(self, phase: Phase) -> None:
        """Refuse a phase that this training cannot run, with a `ValueError`."""

    def begin(self, features: OpenFeatureCache) -> None:
        """Prepare what all phases share, while the model has the weights it begins with."""

    @abc.abstractmethod
    def fit_probe(
        self, phase: Phase, features: OpenFeatureCache
    ) -> tuple[dict[str, float], dict[str, Any]]:
        """Fit a linear probe, which the head then computes.

        Args:
            phase: Has `linear_probe=True`.
            features: Computes what frozen stages give, once.

        Returns:
            Metrics for the history, and what the description of the phase gets in addition.
        """

    @abc.abstractmethod
    def set_up(self, phase: Phase, features: OpenFeatureCache, first_epoch: int) -> PhaseSetup:
        """Make what a phase of gradient steps runs, with what trains made trainable already.

        Args:
            phase: The phase.
            features: Computes what frozen stages give, once.
            first_epoch: Number of the phase's first epoch, counted over all phases.
        """

    def end_phase(self) -> None:
        """Undo what `set_up` changed, also after an error."""

    def end(self, features: OpenFeatureCache) -> None:
        """Finish the model after the last phase."""

    def variables(self) -> list[Any]:
        """Return the variables that training moves and that the model lacks."""
        return []

    def get_state(self) -> dict[str, Any]:
        """Return what later phases depend on besides variables, as plain values and arrays."""
        return {}

    def set_state(self, state: dict[str, Any]) -> None:
        """Continue from what `get_state` returned."""

    def key(self) -> dict[str, Any]:
        """Return what the result depends on besides model, examples and phases."""
        return {}

    def class_weights(self, phase: Phase) -> np.ndarray | None:
        """Return the factor on each class's loss that a phase asks for, or None."""
        if phase.loss_settings is None:
            return None
        labels = self.labels()
        return phase.loss_settings.weights(labels, self.examples.class_names)

    def labels(self) -> np.ndarray:
        """Return the known labels of the training examples."""
        return self.examples.training_labels
