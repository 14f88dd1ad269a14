"""Readers that fail, each in one of the ways that the judge must see."""

import os
import signal
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def _make(folder: Path) -> None:
    (folder / "valid").write_text("valid\n")


def _if_damaged(fail: Callable[[Path], Any]) -> Callable[[Path], Any]:
    """Return a reader that fails for everything but the valid directory."""

    def read(folder: Path) -> None:
        if (folder / "valid").is_file() and (folder / "valid").read_bytes() == b"valid\n":
            return
        fail(folder)

    return read


def _raise(error: Exception) -> None:
    raise error


def _take_memory(folder: Path) -> None:
    bytearray(b"x") * 900_000_000


_WAYS: dict[str, Callable[[Path], Any]] = {
    "crash": lambda folder: os.kill(os.getpid(), signal.SIGSEGV),
    "hang": lambda folder: time.sleep(1000),
    "memory": _take_memory,
    "inner": lambda folder: _raise(KeyError("x")),
    "parser": lambda folder: b"\xff".decode(),
    "unnamed": lambda folder: _raise(ValueError("no")),
    "leak": lambda folder: [os.open(folder, os.O_RDONLY) for _ in range(5)],
    "left": lambda folder: Path(tempfile.gettempdir(), "left").touch(),
    "named": lambda folder: _raise(ValueError(f"Received: {folder}")),
}

PAIRS = {f"planted_{name}": (_make, _if_damaged(fail)) for name, fail in _WAYS.items()}
"""A function that writes valid files, and one that fails for others, by name."""
