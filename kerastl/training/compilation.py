"""Compile a model for one phase: its optimizer, its rate, its loss."""

import keras

from kerastl.training.freezing import stages
from kerastl.training.optimizer import StagedAdamW
from kerastl.training.phase import Phase
from kerastl.training.shaped_rate import ShapedRate


def compile_for_phase(
    model: keras.Model, phase: Phase, *, peak: float, steps: int, previous: StagedAdamW
) -> StagedAdamW:
    """Compile a model, or the part of one that a phase runs.

    Args:
        model: With what trains made trainable.
        phase: Says how it learns.
        peak: The highest learning rate.
        steps: Optimizer steps of the whole phase.
        previous: The optimizer of the phase before. What trained in it goes on with its
            moments; one that was never built gives nothing.

    Returns:
        The optimizer.
    """
    optimizer = StagedAdamW(
        ShapedRate(phase.rate.shape, peak, steps, round(steps * phase.rate.warmup)),
        rate_multipliers=stage_multipliers(model, phase.rate.stage_decay),
        weight_decay=phase.weight_decay,
        global_clipnorm=1.0,
    )
    optimizer.build(model.trainable_variables)
    optimizer.take_over(previous)
    model.compile(optimizer, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return optimizer


def stage_multipliers(model: keras.Model, stage_decay: float) -> dict[str, float]:
    """Return the factor on the rate of every variable in a stage that trains.

    Args:
        model: With what trains made trainable.
        stage_decay: Factor for each stage further from the head; the last has 1.
    """
    trained = [stage for stage in stages(model) if stage.trainable]
    return {
        variable.path: stage_decay**distance
        for distance, stage in enumerate(reversed(trained))
        for variable in stage.trainable_variables
    }
