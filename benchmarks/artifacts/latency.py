"""Time calls side by side, so that what else the machine does strikes all of them alike."""

import time
from collections.abc import Callable

import numpy as np


def side_by_side(
    calls: dict[str, Callable[[], object]], rounds: int = 40
) -> dict[str, dict[str, float]]:
    """Time calls in turn.

    Each call comes twice in a row, and the second one counts: the first fetches its weights back
    into the processor's caches.

    Args:
        calls: What to time, by name.
        rounds: How often.

    Returns:
        By name, medians in milliseconds: `wall_ms` on the clock, and `cpu_ms` of the calling
        thread, which other programs do not lengthen; a call that works in other threads as well
        has only the first.
    """
    clock: dict[str, list[float]] = {name: [] for name in calls}
    thread: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            call()
            start, started = time.perf_counter(), time.thread_time()
            call()
            thread[name].append(time.thread_time() - started)
            clock[name].append(time.perf_counter() - start)
    return {
        name: {
            "wall_ms": float(np.median(clock[name])) * 1000,
            "cpu_ms": float(np.median(thread[name])) * 1000,
        }
        for name in calls
    }
