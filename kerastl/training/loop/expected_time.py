"""Estimate how long a training takes, before it starts."""

import math
from collections.abc import Sequence

import keras

from kerastl.basics.duration import written_duration
from kerastl.training.loop.pass_time import seconds_per_pass
from kerastl.training.phases.cost import COST_OF_TRAINING
from kerastl.training.phases.examples import Examples
from kerastl.training.phases.phase import Phase


def expected_time(model: keras.Model, examples: Examples, phases: Sequence[Phase]) -> str:
    """Return a line with the steps of a training and the time that they take about.

    Three batches are read and run for it.

    Args:
        model: The whole model.
        examples: The training examples.
        phases: The phases, which train by gradient steps.
    """
    epochs = sum(phase.epochs for phase in phases)
    steps = epochs * math.ceil(examples.training_count / examples.batch_size)
    seconds = epochs * COST_OF_TRAINING * seconds_per_pass(model, examples)
    return (
        f"Training takes {steps} steps in {epochs} epochs: about {written_duration(seconds)}, "
        "estimated from a few batches"
    )
