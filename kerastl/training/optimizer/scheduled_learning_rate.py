"""The learning-rate schedule of a phase, as Keras's optimizers take it."""

import math
from typing import Any

import keras
from keras import ops

from kerastl.training.phases.learning_rate import ScheduleName


@keras.saving.register_keras_serializable(package="kerastl")
class ScheduledLearningRate(keras.optimizers.schedules.LearningRateSchedule):
    """Raise the learning rate to a peak, then lower it by a named schedule.

    Args:
        schedule: Name of the schedule after the rise, as in `LearningRate`.
        peak: The highest learning rate.
        steps: Optimizer steps in all. Afterwards the rate is constant.
        warmup: Steps of the rise. Defaults to 0.
        start: Share of the peak at the first step. Defaults to 1/25 for `"one_cycle"` and to 0
            for every other schedule.

    Example:

    >>> round(float(ScheduledLearningRate("linear", 1e-3, steps=100)(50)), 7)
    0.0005
    """

    def __init__(
        self,
        schedule: ScheduleName,
        peak: float,
        steps: int,
        warmup: int = 0,
        start: float | None = None,
    ) -> None:
        super().__init__()
        self.schedule, self.peak, self.steps, self.warmup = schedule, peak, steps, warmup
        # fastai's one-cycle starts at a 25th of the peak.
        self.start = (1 / 25 if schedule == "one_cycle" else 0.0) if start is None else start

    def __call__(self, step: Any) -> Any:
        """Return the learning rate of a step, counted from 0."""
        step = ops.cast(step, "float32")
        rise = step / max(1, self.warmup)
        after = ops.clip((step - self.warmup) / max(1, self.steps - self.warmup), 0.0, 1.0)
        if self.schedule == "one_cycle":
            rise = (1 - ops.cos(math.pi * rise)) / 2
        rising = self.start + (1 - self.start) * rise
        return self.peak * ops.where(step < self.warmup, rising, self._falling(after))

    def _falling(self, after: Any) -> Any:
        if self.schedule == "cosine":
            return (1 + ops.cos(math.pi * after)) / 2
        if self.schedule == "one_cycle":
            # fastai's one-cycle falls to a hundred-thousandth of the peak.
            return 1e-5 + (1 - 1e-5) * (1 + ops.cos(math.pi * after)) / 2
        if self.schedule == "linear":
            return 1 - after
        if self.schedule == "steps":
            # Compiled, 3 / 10 may round to just below 0.3.
            ends = (share - 1e-6 for share in (0.3, 0.6, 0.9))
            passed = sum(ops.cast(after >= end, "float32") for end in ends)
            return ops.power(0.1, passed)
        if self.schedule == "annealed":
            return ops.power(1 + 10 * after, -0.75)
        return ops.ones_like(after)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments as plain values."""
        return {
            "schedule": self.schedule,
            "peak": self.peak,
            "steps": self.steps,
            "warmup": self.warmup,
            "start": self.start,
        }
