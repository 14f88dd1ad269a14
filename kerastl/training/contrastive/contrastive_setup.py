"""A phase that brings examples of one class together and those of different classes apart."""

from typing import Any

import keras

from kerastl.training.contrastive.class_batch_sampler import ClassBatchSampler
from kerastl.training.contrastive.contrastive_length import BATCH_SIZE
from kerastl.training.contrastive.supervised_contrastive import SupervisedContrastive
from kerastl.training.loop.phase_optimizer import stage_multipliers
from kerastl.training.loop.training_step import PhaseSetup
from kerastl.training.phases.examples import Examples
from kerastl.training.phases.phase import Phase
from kerastl.training.selection.kept_weights import KeptWeights


def contrastive_setup(
    model: keras.Model, examples: Examples, seed: int, phase: Phase, kept: KeptWeights
) -> PhaseSetup:
    """Prepare a phase that minimises the supervised contrastive loss of pooled features.

    The loss is that of Khosla et al. 2020. The head does not train.

    Args:
        model: A model made of stages, with a layer named `"pooling"`, whose inputs are the
            vectors that are compared, and a head.
        examples: The training examples.
        seed: Seed of the batches.
        phase: A phase with `contrastive_steps`.
        kept: Callback that selects the weights the phase ends with.
    """
    assert phase.contrastive_steps is not None
    steps = max(1, phase.contrastive_steps // phase.epochs)
    labels = examples.training_labels
    sampler = ClassBatchSampler(seed, labels, BATCH_SIZE, steps, phase.epochs)
    pooled = keras.tree.flatten(model.get_layer("pooling").input)
    vector = pooled[0] if len(pooled) == 1 else keras.layers.Concatenate()(pooled)
    count = steps * phase.epochs
    return PhaseSetup(
        keras.Model(model.input, vector, name="encoder"),
        examples.training(False, sampler, sampler.batch_size),
        sampler,
        kept,
        rate_multipliers=stage_multipliers(model, phase.rate.stage_decay),
        loss=SupervisedContrastive(),
        callbacks=(_NamedLoss(),),
        note=f"Contrastive tuning: {count} steps of {sampler.batch_size} examples",
    )


class _NamedLoss(keras.callbacks.Callback):
    """Record the loss under a name of its own: it is not comparable with the task's loss."""

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        if logs is not None:
            logs["contrastive_loss"] = logs.pop("loss")
