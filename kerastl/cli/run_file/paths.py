"""Paths in a run file are relative to the file, and names are left alone."""

import os
from collections.abc import Collection
from pathlib import Path


def from_file(value: str, folder: Path, names: Collection[str]) -> str:
    """Return a name as it is, and a path that is there as seen from the working directory.

    Args:
        value: What a file or the command line says.
        folder: What relative paths start from.
        names: Names that are never paths.

    Example:

    >>> from_file("imagenet", Path("runs"), ("imagenet",))
    'imagenet'
    """
    if value in names or "://" in value:
        return value
    path = folder / Path(value).expanduser()
    return str(path) if path.exists() else value


def to_file(value: str, folder: Path, names: Collection[str]) -> str:
    """Return a name as it is, and a relative path as seen from a folder; see `from_file`."""
    if value in names or "://" in value or not Path(value).exists():
        return value
    return relative(Path(value), folder)


def relative(path: Path, folder: Path) -> str:
    """Return a relative path as seen from a folder; an absolute one stays as it is."""
    if path.is_absolute():
        return str(path)
    return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()
