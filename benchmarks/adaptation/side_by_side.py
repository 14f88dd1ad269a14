"""Run several methods at the same time, each in a process of its own."""

import multiprocessing
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import NamedTuple

from adaptation.task import Outcome
from adaptation.tasks import load


class Run(NamedTuple):
    """One method on one pair of a task's domains with one seed."""

    task: str
    pair: str
    seed: int
    method: str

    def outcome(self) -> Outcome:
        """Train and measure."""
        return load(self.task).run(self.pair, self.seed, self.method)


def outcomes(runs: Iterable[Run], workers: int) -> Iterator[tuple[Run, Outcome]]:
    """Give every run and what came out as soon as it is done.

    One worker is this process, which then keeps what a task has read and made for other methods.
    """
    if workers == 1:
        for run in runs:
            yield run, run.outcome()
        return
    threads = str(max(1, (os.cpu_count() or 1) // workers))
    for library in ("TF_NUM_INTRAOP", "TF_NUM_INTEROP", "OMP_NUM", "OPENBLAS_NUM"):
        os.environ[f"{library}_THREADS"] = threads
    # Not forked: TensorFlow's threads do not live on in a copy of their process.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, context) as pool:
        waiting = {pool.submit(run.outcome): run for run in runs}
        for done in as_completed(waiting):
            yield waiting[done], done.result()
