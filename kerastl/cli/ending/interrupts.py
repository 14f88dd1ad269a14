"""Interrupts that are not lost, and that end the process in order."""

from __future__ import annotations

import _thread
import atexit
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

_AGAIN = 0.1


@contextmanager
def kept_interrupts() -> Iterator[None]:
    """Repeat a `KeyboardInterrupt` that Python drops.

    Python cannot raise an exception out of a finalizer or a callback of the garbage collector; JAX
    registers one of the latter. It reports the exception and goes on, and a command would ignore
    Ctrl-C. Here the interrupt comes again a tenth of a second later.
    """
    report = sys.unraisablehook

    def repeat(unraisable: Any) -> None:
        if not issubclass(unraisable.exc_type, KeyboardInterrupt):
            report(unraisable)
            return
        again = threading.Timer(_AGAIN, _interrupt)
        again.daemon = True
        again.start()

    sys.unraisablehook = repeat
    try:
        yield
    finally:
        sys.unraisablehook = report


def _interrupt() -> None:
    if hasattr(signal, "pthread_kill"):
        # A signal also ends a call that waits, such as `time.sleep`.
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
    else:
        _thread.interrupt_main()


def run_program(main: Callable[[], int], interrupted: int) -> NoReturn:
    """Run a program, and end the process with its status.

    Threads of an interrupted pipeline may be about to call Python. An interpreter that finalizes
    ends such a thread, which aborts the process if C++ code waits in it. After an interrupt the
    process therefore ends once all exit functions have run.

    Args:
        main: The program, which returns its status.
        interrupted: The status after an interrupt.
    """
    status = 0

    def leave() -> None:
        if status == interrupted:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)

    # Exit functions run in reverse order: those of libraries that are imported later come first.
    atexit.register(leave)
    status = main()
    sys.exit(status)
