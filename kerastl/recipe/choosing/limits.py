"""Bounds on the computation of the input that a training chooses."""

import time
from dataclasses import dataclass


@dataclass(frozen=True)
class InputLimits:
    """Bounds on the input that a training may choose.

    Attributes:
        max_pixels: Most pixels of an image, height times width. Defaults to None: no bound.
        max_latency: Most milliseconds for one example in a float32 LiteRT file on one thread of
            this machine. Defaults to None: no bound.
        deadline: Value of `time.perf_counter()` at which the whole training must be done.
            Defaults to None: no deadline.
    """

    max_pixels: int | None = None
    max_latency: float | None = None
    deadline: float | None = None

    @property
    def seconds_left(self) -> float:
        """Seconds until the deadline; infinite without one."""
        return float("inf") if self.deadline is None else self.deadline - time.perf_counter()
