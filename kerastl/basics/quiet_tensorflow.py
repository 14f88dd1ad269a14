"""Drop the log lines that TensorFlow's libraries write while TensorFlow loads."""

from __future__ import annotations

import importlib.machinery
import logging
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import ModuleType
from typing import Any

_LEVEL = "TF_CPP_MIN_LOG_LEVEL"
_NAME = "tensorflow"
# The levels of a user who wants to see remarks or warnings.
_SPOKEN = ("0", "1")


class _Finder:
    """Finds TensorFlow as Python does, and loads it with its standard error held back."""

    def find_spec(self, name: str, path: Sequence[str] | None, target: Any = None) -> Any:
        """Return the spec of TensorFlow; None for every other module."""
        if name != _NAME or os.environ.get(_LEVEL) in _SPOKEN:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader)  # type: ignore[assignment]
        return spec


class _Loader:
    """Loads a module with standard error held back."""

    def __init__(self, loader: Any) -> None:
        self._loader = loader

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)

    def create_module(self, spec: Any) -> ModuleType | None:
        """Make the module as its own loader does."""
        made: ModuleType | None = self._loader.create_module(spec)
        return made

    def exec_module(self, module: ModuleType) -> None:
        """Run the module. Its log level is that of errors unless the user has set another."""
        assert module.__spec__ is not None
        module.__spec__.loader = self._loader
        module.__loader__ = self._loader
        os.environ.setdefault(_LEVEL, "3")
        with held_back():
            self._loader.exec_module(module)


def quiet_tensorflow() -> None:
    """Make the first import of TensorFlow in this process silent.

    TensorFlow writes lines about the machine (oneDNN, CUDA, absl) to standard error before its own
    log level takes effect. Nothing changes if `TF_CPP_MIN_LOG_LEVEL` is 0 or 1, or TensorFlow is
    loaded already. If the import fails, everything is written.
    """
    if _NAME not in sys.modules and not any(isinstance(each, _Finder) for each in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


@contextmanager
def without_saving_lines() -> Iterator[None]:
    """Drop the line "Assets written to" inside a `with` block; levels and handlers stay."""

    def keep(record: logging.LogRecord) -> bool:
        return not str(record.msg).startswith("Assets written to")

    loggers = [logging.getLogger(name) for name in ("tensorflow", "absl")]
    for each in loggers:
        each.addFilter(keep)
    try:
        yield
    finally:
        for each in loggers:
            each.removeFilter(keep)


@contextmanager
def held_back() -> Iterator[None]:
    """Drop what native libraries write to standard error inside a `with` block.

    If the block raises an error, everything is written. Lines of other threads are dropped, too.
    """
    try:
        sys.stderr.flush()
        kept = os.dup(2)
    except (AttributeError, OSError, ValueError):
        # A process without standard error.
        yield
        return
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            yield
        except BaseException:
            held.seek(0)
            os.write(kept, held.read())
            raise
        finally:
            os.dup2(kept, 2)
            os.close(kept)
