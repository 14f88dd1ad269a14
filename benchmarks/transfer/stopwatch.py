"""Time on the clock and on the processor."""

import time
from typing import NamedTuple


class Elapsed(NamedTuple):
    """Seconds on the clock, and seconds of all threads of this process on a processor.

    The second does not grow where other programs take their share of the machine.
    """

    seconds: float
    cpu_seconds: float

    def __add__(self, other: tuple) -> "Elapsed":
        """Add both."""
        return Elapsed(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


class Stopwatch:
    """Measure time from now on."""

    def __init__(self) -> None:
        self._start = time.perf_counter(), time.process_time()

    def elapsed(self) -> Elapsed:
        """Return what has passed so far."""
        clock, processor = self._start
        return Elapsed(time.perf_counter() - clock, time.process_time() - processor)
