"""Run a reader on one case, and say what is wrong with its answer."""

import gc
import json
import os
import traceback
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

MOST_MEMORY = 700_000_000
"""Bytes that a reader may take for a file of a few kilobytes."""
# Files that TensorFlow may close later, such as one that a pipeline reads from.
_HELD = 2
# Errors of parsers and of kinds that are too general: alone, they name neither file nor value.
_INNER = (UnicodeError, json.JSONDecodeError, zipfile.BadZipFile)


def judge(read: Callable[[Path], Any], folder: Path, scratch: Path) -> str | None:
    """Read a case.

    Args:
        read: The reader.
        folder: The directory of the case.
        scratch: The directory of temporary files, which must be empty afterwards.

    Returns:
        The problem, whose first word is its kind, or None.
    """
    held = sorted(folder.rglob("*"))
    before = _descriptors()
    with _peak() as peak:
        problem = _problem(read, folder)
    gc.collect()
    if problem is not None:
        return problem
    if peak() > MOST_MEMORY:
        return f"memory: {peak() / 1e6:,.0f} MB were taken"
    # TensorFlow keeps the programs that it makes of functions until the end of the process.
    temporary = {path for path in scratch.iterdir() if not path.name.startswith("__autograph")}
    if left := sorted({*folder.rglob("*")} ^ {*held} | temporary):
        return f"left: {[str(path) for path in left]}"
    if len(opened := _descriptors() - before) > _HELD:
        return f"leak: {len(opened)} open files: {sorted(opened)}"
    return None


def _problem(read: Callable[[Path], Any], folder: Path) -> str | None:
    try:
        read(folder)
    except Exception as error:
        own = type(error).__module__.startswith("kerastl")
        documented = own or (
            isinstance(error, ValueError | OSError | ImportError) and not isinstance(error, _INNER)
        )
        message = str(error)
        if not documented:
            return f"inner: {type(error).__name__}: {message[:500]}\n{traceback.format_exc()}"
        named = "Received" in message or folder.name in message
        if not named:
            shown = f"{type(error).__name__}: {message[:500]}"
            return f"unnamed: {shown}\n{traceback.format_exc()}"
    return None


def _descriptors() -> set[str]:
    """Return the files, sockets and pipes that this process holds open."""
    found = set()
    for name in os.listdir("/proc/self/fd"):
        try:
            found.add(f"{name} {os.readlink(f'/proc/self/fd/{name}')}")
        except OSError:
            continue  # The list itself.
    return found


@contextmanager
def _peak() -> Iterator[Callable[[], int]]:
    """Measure the memory that a block takes at its peak."""
    Path("/proc/self/clear_refs").write_text("5")
    start = _memory("VmRSS")
    yield lambda: _memory("VmHWM") - start


def _memory(field: str) -> int:
    with open("/proc/self/status") as file:
        (line,) = (line for line in file if line.startswith(field))
    return int(line.split()[1]) * 1024
