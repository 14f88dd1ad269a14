"""Files that never end or never begin, and a limit on the time that a reader may take."""

import os
import signal
import stat
from contextlib import contextmanager
from pathlib import Path


def pipe(path: Path) -> None:
    """Make a named pipe, which waits for a writer when it is opened."""
    os.mkfifo(path)


def link_to_pipe(path: Path) -> None:
    """Make a symbolic link to a named pipe."""
    hidden = path.with_name(".pipe")
    os.mkfifo(hidden)
    path.symlink_to(hidden)


def socket(path: Path) -> None:
    """Make a socket."""
    os.mknod(path, stat.S_IFSOCK | 0o600)


def zeros(path: Path) -> None:
    """Make a symbolic link to a device with endless zeros."""
    path.symlink_to("/dev/zero")


KINDS = (pipe, link_to_pipe, socket, zeros)


def seconds(limit: float):
    """Raise a `TimeoutError` in a block that waits or reads for longer."""
    message = f"still reading after {limit:g} seconds"
    return _limited(limit, signal.ITIMER_REAL, signal.SIGALRM, message)


def processor_seconds(limit: float):
    """Raise a `TimeoutError` in a block that computes for longer, however busy the machine is."""
    message = f"still computing after {limit:g} seconds"
    return _limited(limit, signal.ITIMER_PROF, signal.SIGPROF, message)


@contextmanager
def _limited(limit, timer, signalled, message):
    def stop(number, frame):
        raise TimeoutError(message)

    former = signal.signal(signalled, stop)
    signal.setitimer(timer, limit)
    try:
        yield
    finally:
        signal.setitimer(timer, 0)
        signal.signal(signalled, former)
