"""The optimizer of one phase, and the learning rates of its stages."""

from typing import Any

import keras

from kerastl.training.freezing.freezing import stages
from kerastl.training.optimizer.scheduled_learning_rate import ScheduledLearningRate
from kerastl.training.optimizer.staged_adamw import StagedAdamW
from kerastl.training.phases.phase import Phase


def optimizer_for_phase(
    variables: list[Any],
    phase: Phase,
    *,
    peak: float,
    batches: int,
    previous: StagedAdamW,
    rate_multipliers: dict[str, float],
) -> StagedAdamW:
    """Make the optimizer of a phase.

    Args:
        variables: The trainable variables.
        phase: Sets learning rate, weight decay and accumulation.
        peak: The highest learning rate.
        batches: Number of batches in the whole phase.
        previous: Optimizer of the phase before, whose state is taken over.
        rate_multipliers: Factor on the learning rate by variable path.

    Returns:
        The optimizer, built.

    Raises:
        ValueError: If the phase ends before its first update.
    """
    updates = batches // phase.accumulate
    if not updates:
        raise ValueError(
            f"The phase has only {batches} batches, too few for one update. Lower `accumulate` or "
            f"the batch size. Received: accumulate={phase.accumulate}"
        )
    rate = phase.rate
    optimizer = StagedAdamW(
        ScheduledLearningRate(
            rate.schedule, peak, updates, round(updates * rate.warmup), rate.start
        ),
        rate_multipliers=rate_multipliers,
        weight_decay=phase.weight_decay,
        global_clipnorm=1.0,
        gradient_accumulation_steps=phase.accumulate if phase.accumulate > 1 else None,
    )
    optimizer.build(variables)
    optimizer.take_over(previous)
    return optimizer


def stage_multipliers(model: keras.Model, stage_decay: float) -> dict[str, float]:
    """Return the factor on the learning rate for every variable in a stage that trains.

    Args:
        model: A model with its trainable part set; see `train_only`.
        stage_decay: Factor for each stage further from the head; the last stage has 1.
    """
    trained = [stage for stage in stages(model) if stage.trainable]
    return {
        variable.path: stage_decay**distance
        for distance, stage in enumerate(reversed(trained))
        for variable in stage.trainable_variables
    }
