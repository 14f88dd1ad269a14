"""Training that brings texts of one class together and those of different classes apart."""

from typing import Any

import keras

from kerastl.tasks.few_shot.class_batch_sampler import ClassBatchSampler
from kerastl.tasks.few_shot.contrastive_fine_tune import BATCH_SIZE, ContrastiveFineTune
from kerastl.tasks.few_shot.supervised_contrastive import SupervisedContrastive
from kerastl.training.cache.open_cache import OpenFeatureCache
from kerastl.training.criterion import Criterion
from kerastl.training.loop.phase_optimizer import stage_multipliers
from kerastl.training.loop.supervised_step import SupervisedStep
from kerastl.training.loop.training_step import PhaseSetup
from kerastl.training.phases.examples import Examples
from kerastl.training.phases.phase import Phase
from kerastl.training.selection.kept_weights import LastWeights


class ContrastiveStep(SupervisedStep):
    """Minimise the supervised contrastive loss of pooled features, then fit a linear probe.

    The loss is that of Khosla et al. 2020.

    Args:
        model: A model made of stages, with a layer named `"pooling"`, whose inputs are the
            vectors that are compared, and a head.
        examples: Training examples, whose batch size is that of `batch_size`.
        criterion: The task's, for the linear probe.
        seed: Seed of batches and folds.
        schedule: Says how many batches there are.
    """

    def __init__(
        self,
        model: keras.Model,
        examples: Examples,
        criterion: Criterion,
        seed: int,
        schedule: ContrastiveFineTune,
    ) -> None:
        super().__init__(model, examples, criterion, seed)
        self._schedule = schedule

    def check(self, phase: Phase) -> None:
        """Refuse what a contrastive phase cannot do."""
        super().check(phase)
        if phase.linear_probe:
            return
        refused = {
            "augment": phase.augment,
            "mix": phase.mix,
            "balanced": phase.balanced,
            "patience": phase.patience,
            "loss_settings": phase.loss_settings,
        }
        for option, value in refused.items():
            if value:
                raise ValueError(
                    f"Contrastive tuning has no `{option}`: leave it out. "
                    f"Received: {option}={value!r}"
                )

    def set_up(self, phase: Phase, features: OpenFeatureCache, first_epoch: int) -> PhaseSetup:
        """Run the encoder, up to its pooled features, on batches of several classes."""
        steps, epochs = self._schedule.steps(self.examples.training_labels)
        sampler = ClassBatchSampler(
            self.seed, self.examples.training_labels, BATCH_SIZE, steps, epochs
        )
        pooled = keras.tree.flatten(self.model.get_layer("pooling").input)
        vector = pooled[0] if len(pooled) == 1 else keras.layers.Concatenate()(pooled)
        encoder = keras.Model(self.model.input, vector, name="encoder")
        return PhaseSetup(
            encoder,
            self.examples.training(False, sampler, sampler.batch_size),
            sampler,
            LastWeights(),
            rate_multipliers=stage_multipliers(self.model, phase.rate.stage_decay),
            loss=SupervisedContrastive(),
            callbacks=(_NamedLoss(),),
            note=f"Contrastive tuning: {steps * epochs} steps of {sampler.batch_size} examples",
        )


class _NamedLoss(keras.callbacks.Callback):
    """Record the loss under a name of its own: it is not comparable with the task's loss."""

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        if logs is not None:
            logs["contrastive_loss"] = logs.pop("loss")
