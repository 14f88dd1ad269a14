"""Convert the paths of a run file, which are relative to the file, and keep names."""

import os
from collections.abc import Collection
from pathlib import Path


def from_file(value: str, folder: Path, names: Collection[str]) -> str:
    """Return an existing path relative to the working directory, and any other text unchanged.

    Args:
        value: A name or a path from a file or the command line.
        folder: The folder that relative paths start from.
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
    """Return an existing path relative to a folder, and any other text unchanged."""
    if value in names or "://" in value or not Path(value).exists():
        return value
    return relative(Path(value), folder)


def relative(path: Path, folder: Path) -> str:
    """Return a relative path as seen from a folder, and an absolute path unchanged."""
    if path.is_absolute():
        return str(path)
    try:
        return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()
    except ValueError:  # on Windows, the two may be on different drives
        return str(path.resolve())
