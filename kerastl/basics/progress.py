"""Progress of long steps in a terminal: the step's name, a bar and the remaining time."""

from __future__ import annotations

import functools
import logging
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from kerastl.basics.arguments import check_verbose
from kerastl.basics.printable import printable

Advance = Callable[[int], None]
"""A function that is called with the number of units that are done since the last call."""

Function = TypeVar("Function", bound=Callable[..., Any])

logger = logging.getLogger("kerastl")
"""Messages at the level INFO about each step; nothing is shown unless the user configures it."""


class _Display:
    """One display of bars for all steps that run at the same time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._bars: Any = None
        self._running = 0

    def begin(self, name: str, total: int | None) -> Any:
        from rich.progress import (
            BarColumn,
            Progress,
            TaskProgressColumn,
            TextColumn,
            TimeElapsedColumn,
            TimeRemainingColumn,
        )

        with self._lock:
            if self._bars is None:
                self._bars = Progress(
                    TextColumn("{task.description}", markup=False),
                    BarColumn(bar_width=24),
                    # A step of unknown length has a moving bar, and no share.
                    TaskProgressColumn("{task.percentage:>3.0f} %"),
                    TimeRemainingColumn(compact=True),
                    TimeElapsedColumn(),
                    console=_console(),
                    # Drawing counts: ten times a second is 1 % of a processor.
                    refresh_per_second=4,
                    transient=True,
                )
                self._bars.start()
            self._running += 1
            return self._bars.add_task(printable(name), total=total)

    def advance(self, bar: Any, count: int) -> None:
        bars = self._bars
        if bars is not None:
            bars.advance(bar, count)

    def end(self, bar: Any) -> None:
        with self._lock:
            self._bars.remove_task(bar)
            self._running -= 1
            if not self._running:
                self._bars.stop()
                self._bars = None


_report: ContextVar[Callable[[float], None] | None] = ContextVar("kerastl_report", default=None)
_shown: ContextVar[_Display | None] = ContextVar("kerastl_progress", default=None)
_is_set: ContextVar[bool] = ContextVar("kerastl_progress_is_set", default=False)


@contextmanager
def showing_progress(verbose: Any) -> Iterator[None]:
    """Show the steps inside a `with` block, if there is a terminal.

    Args:
        verbose: As for `keras.Model.fit`: 0 shows nothing, and 2 no bars. An outer block decides
            for inner ones.
    """
    if _is_set.get():
        yield
        return
    is_shown = verbose not in (0, 2) and _is_terminal()
    tokens = _shown.set(_Display() if is_shown else None), _is_set.set(True)
    try:
        yield
    finally:
        _shown.reset(tokens[0])
        _is_set.reset(tokens[1])


@contextmanager
def step(name: str, total: int | None = None) -> Iterator[Advance]:
    """Show a step while a `with` block runs, and log its beginning and its end.

    Args:
        name: What is done, such as `"Computing features"`.
        total: Number of units. Defaults to None: not known, so that no remaining time is shown.

    Yields:
        A function to call with the number of units that are done.

    Example:

    ```python
    with step("Reading images", len(paths)) as advance:
        for path in paths:
            read(path)
            advance(1)
    ```
    """
    display = _shown.get()
    started = time.perf_counter()
    logger.info("%s", name)
    if display is None:
        yield _nothing
    else:
        bar = display.begin(name, total)
        try:
            yield functools.partial(display.advance, bar)
        finally:
            display.end(bar)
    logger.info("%s: %.1f s", name, time.perf_counter() - started)


@contextmanager
def part(advance: Advance, units: int) -> Iterator[None]:
    """Advance a step by the work of a `with` block: by what is reported inside, at its end by all.

    Args:
        advance: The function that `step` yields.
        units: Number of units of the step that the block is.

    Example:

    ```python
    with step("Choosing", 100 * len(candidates)) as advance:
        for candidate in candidates:
            with part(advance, 100):
                measure(candidate)  # calls `report_share` several times
    ```
    """
    done = 0

    def report(share: float) -> None:
        nonlocal done
        reached = min(units, int(share * units))
        # A block may have several loops that report; the first one is the longest.
        if reached > done:
            advance(reached - done)
            done = reached

    token = _report.set(report)
    try:
        yield
    finally:
        _report.reset(token)
    report(1.0)


def report_share(share: float) -> None:
    """Report the share of a function's work that is done, to the step that it is a part of.

    Args:
        share: A number from 0 to 1.
    """
    report = _report.get()
    if report is not None:
        report(share)


def shows_progress(function: Function) -> Function:
    """Show the steps of a function according to its option `verbose`.

    Args:
        function: A function with a keyword-only argument `verbose`.
    """

    @functools.wraps(function)
    def shown(*arguments: Any, **options: Any) -> Any:
        verbose = options.get("verbose", "auto")
        check_verbose(verbose)
        with showing_progress(verbose):
            return function(*arguments, **options)

    return shown  # type: ignore[return-value]


def _is_terminal() -> bool:
    stream = sys.stderr
    return "ipykernel" in sys.modules or bool(stream is not None and stream.isatty())


def _console() -> Any:
    from rich.console import Console

    return Console(stderr=True)


def _nothing(count: int) -> None:
    """Advance no bar."""
