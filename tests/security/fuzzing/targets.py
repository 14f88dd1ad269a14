"""The readers that are fuzzed, by name, each with a small valid directory."""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_MODULES = ("data_targets", "saved_targets", "model_targets")
_PLANTED = "planted_targets"


@dataclass(frozen=True)
class Target:
    """A reader of files.

    Attributes:
        make: Writes valid files into an empty directory.
        read: Reads a directory with such files, one of which may be damaged.
    """

    make: Callable[[Path], Any]
    read: Callable[[Path], Any]


def target_names() -> list[str]:
    """List the readers of kerastl."""
    return sorted(name for module in _MODULES for name in _pairs(module))


def find_target(name: str) -> Target:
    """Return a reader of kerastl, or a planted one that fails."""
    for module in (_PLANTED, *_MODULES):
        if name in (pairs := _pairs(module)):
            return Target(*pairs[name])
    raise ValueError(f"There is no such target. Received: {name!r}")


def _pairs(module: str) -> dict[str, Any]:
    return importlib.import_module(f"tests.security.fuzzing.{module}").PAIRS
