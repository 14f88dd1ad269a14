"""The learning rate over the steps of a phase."""

import math
from typing import Any

import keras
from keras import ops

from kerastl.training.phases.learning_rate import Shape


@keras.saving.register_keras_serializable(package="kerastl")
class ScheduledLearningRate(keras.optimizers.schedules.LearningRateSchedule):
    """Rise to a peak, then follow a shape; see `LearningRate`.

    Args:
        shape: As `LearningRate` names it.
        peak: The highest rate.
        steps: Optimizer steps in all; the rate stays where it is after them.
        warmup: Steps of the rise. Defaults to 0.
        start: Share of the peak that the rise begins at. Defaults to that of the shape.

    Example:

    >>> round(float(ScheduledLearningRate("linear", 1e-3, steps=100)(50)), 7)
    0.0005
    """

    def __init__(
        self,
        shape: Shape,
        peak: float,
        steps: int,
        warmup: int = 0,
        start: float | None = None,
    ) -> None:
        super().__init__()
        self.shape, self.peak, self.steps, self.warmup = shape, peak, steps, warmup
        # fastai's one-cycle rises from a 25th of the peak.
        self.start = (1 / 25 if shape == "one_cycle" else 0.0) if start is None else start

    def __call__(self, step: Any) -> Any:
        """Return the rate of a step, counted from 0."""
        step = ops.cast(step, "float32")
        rise = step / max(1, self.warmup)
        after = ops.clip((step - self.warmup) / max(1, self.steps - self.warmup), 0.0, 1.0)
        if self.shape == "one_cycle":
            rise = (1 - ops.cos(math.pi * rise)) / 2
        rising = self.start + (1 - self.start) * rise
        return self.peak * ops.where(step < self.warmup, rising, self._falling(after))

    def _falling(self, after: Any) -> Any:
        if self.shape == "cosine":
            return (1 + ops.cos(math.pi * after)) / 2
        if self.shape == "one_cycle":
            # fastai's one-cycle falls to a hundred-thousandth of the peak.
            return 1e-5 + (1 - 1e-5) * (1 + ops.cos(math.pi * after)) / 2
        if self.shape == "linear":
            return 1 - after
        if self.shape == "steps":
            # A compiled division may come out a last digit below 0.3 at 3 of 10 steps.
            ends = (share - 1e-6 for share in (0.3, 0.6, 0.9))
            passed = sum(ops.cast(after >= end, "float32") for end in ends)
            return ops.power(0.1, passed)
        if self.shape == "annealed":
            return ops.power(1 + 10 * after, -0.75)
        return ops.ones_like(after)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make this schedule again."""
        return {
            "shape": self.shape,
            "peak": self.peak,
            "steps": self.steps,
            "warmup": self.warmup,
            "start": self.start,
        }
