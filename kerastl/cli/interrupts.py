"""Interrupts that are not lost."""

from __future__ import annotations

import _thread
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

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
        again = threading.Timer(_AGAIN, _thread.interrupt_main)
        again.daemon = True
        again.start()

    sys.unraisablehook = repeat
    try:
        yield
    finally:
        sys.unraisablehook = report
