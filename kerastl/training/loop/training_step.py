"""The contract of one kind of training, whose phases `Trainer` runs."""

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
from kerastl.training.loop.rising_loss import RisingLoss
from kerastl.training.phases.examples import Examples
from kerastl.training.phases.phase import Keep, Phase
from kerastl.training.selection.kept_weights import KeptWeights


@dataclass(frozen=True)
class PhaseSetup:
    """Model, batches, loss and callbacks of one phase of gradient steps.

    Attributes:
        model: The model that `fit` is called on; not compiled.
        training: Training batches for it; their number is the same in every epoch.
        sampler: Draws the order of the batches. The loop sets its epoch.
        kept: Callback that selects the weights the phase ends with.
        rate_multipliers: Factor on the learning rate by variable path.
        loss: As for `compile`; None if the model computes its own loss.
        metrics: As for `compile`.
        callbacks: Keras callbacks of the step itself, which run before all others.
        stateful: Objects whose state a checkpoint must hold besides variables, by name.
        described: Further entries for the description of the phase in the history.
        note: A line to print before training starts, or None.
        rising: Callback that ends the phase if its training loss rises; None for losses that may.
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
    rising: RisingLoss | None = None


class TrainingStep(abc.ABC):
    """Define the batches, the loss, the extra variables and the kept weights of a training.

    `Trainer` runs phases, freezes stages, compiles, checkpoints and resumes, the same for every
    kind of training. Subclasses are `SupervisedStep` for labelled examples, and others for domain
    adaptation, contrastive tuning and quantization-aware training.

    Args:
        model: The whole model, made of stages and a head named `"head"`.
        examples: The training and validation examples.
        criterion: The task's loss and metrics.
        seed: Seed of orders, augmentation and folds.

    Attributes:
        name: Prefix of the line that announces a phase.
        default_keep: The value of `keep` for a phase with `keep=None`.
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
        """Raise a `ValueError` for a phase that this training does not support."""

    def begin(self, features: OpenFeatureCache) -> None:
        """Prepare what all phases share. The model still has its first weights."""

    @abc.abstractmethod
    def fit_probe(
        self, phase: Phase, features: OpenFeatureCache
    ) -> tuple[dict[str, float], dict[str, Any]]:
        """Fit the head as a linear probe.

        Args:
            phase: A phase with `linear_probe=True`.
            features: The feature cache.

        Returns:
            Metrics for the history, and further entries for the description of the phase.
        """

    @abc.abstractmethod
    def set_up(self, phase: Phase, features: OpenFeatureCache, first_epoch: int) -> PhaseSetup:
        """Prepare a phase of gradient steps. The trainable part is already set.

        Args:
            phase: The phase.
            features: The feature cache.
            first_epoch: Number of the phase's first epoch, counted over all phases.
        """

    def end_phase(self) -> None:
        """Undo changes of `set_up`; also called after an error."""

    def end(self, features: OpenFeatureCache) -> None:
        """Finish the model after the last phase."""

    def variables(self) -> list[Any]:
        """Return trained variables that are not part of the model."""
        return []

    def get_state(self) -> dict[str, Any]:
        """Return the state besides variables that later phases need, as values and arrays."""
        return {}

    def set_state(self, state: dict[str, Any]) -> None:
        """Continue from what `get_state` returned."""

    def key(self) -> dict[str, Any]:
        """Return settings besides model, examples and phases that the result depends on."""
        return {}

    def class_weights(self, phase: Phase) -> np.ndarray | None:
        """Return the factor on the loss of each class in a phase, or None."""
        if phase.loss_settings is None:
            return None
        labels = self.labels()
        return phase.loss_settings.weights(labels, self.examples.class_names)

    def labels(self) -> np.ndarray:
        """Return the known labels of the training examples."""
        return self.examples.training_labels
