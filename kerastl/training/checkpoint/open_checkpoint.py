"""The checkpoint of one run, from its first step to its last."""

import contextlib
import os
from collections.abc import Iterator
from typing import Any

from kerastl.basics.printer import printer
from kerastl.training.checkpoint.checkpoint import Checkpoint


@contextlib.contextmanager
def open_checkpoint(
    value: Checkpoint | str | os.PathLike[str] | None, resume: bool, verbose: Any
) -> Iterator[Checkpoint | None]:
    """Hold the checkpoint of a run while it trains, and delete its state when it is complete.

    A state in a `Checkpoint` that the caller has made is not deleted. After Ctrl-C a message says
    how the run can be continued, unless the caller holds the checkpoint and says it.

    Args:
        value: The argument `checkpoint` of the run.
        resume: Whether the run continues from the state in it.
        verbose: As for `keras.Model.fit`; 0 prints no message.

    Yields:
        The checkpoint, or None for None.

    Raises:
        FileExistsError: If there is a state and `resume` is False.
        OSError: If the directory cannot be created or written to.
        RuntimeError: If another run is using the directory.
        ValueError: If `resume` is True and `value` is None or a checkpoint that does not resume.
    """
    say = printer(verbose)
    if value is None:
        if resume:
            raise ValueError(
                "`resume=True` needs `checkpoint=`, the directory of the run to continue. "
                "Received: resume=True, checkpoint=None"
            )
        try:
            yield None
        except KeyboardInterrupt:
            say(
                "Interrupted. Nothing was kept: with checkpoint=DIRECTORY, a run keeps its state "
                "after every epoch and can be continued"
            )
            raise
        return
    checkpoint = Checkpoint.of(value, resume)
    has_caller = checkpoint.is_held
    with checkpoint.hold():
        try:
            yield checkpoint
        except KeyboardInterrupt:
            if not has_caller:
                say(_advice(checkpoint))
            raise
        if checkpoint is not value:
            checkpoint.remove()


def _advice(checkpoint: Checkpoint) -> str:
    if not checkpoint.exists():
        return "Interrupted before the first state was written: nothing was kept"
    return (
        f"Interrupted. The state is kept in {str(checkpoint.directory)!r}: repeat the call with "
        "resume=True to continue"
    )
