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
    path = located(Path(value), folder)
    return str(path) if path.exists() else value


def located(path: Path, folder: Path) -> Path:
    """Return a path of a run file as seen from the working directory.

    Args:
        path: A path that is relative to the file, or absolute.
        folder: The folder of the file.

    Returns:
        The path, without `..` where a symbolic link does not give it a meaning.

    Example:

    >>> located(Path("photos"), Path("runs")).as_posix()
    'runs/photos'
    """
    whole = folder / path.expanduser()
    short = Path(os.path.normpath(whole))
    return short if short.exists() and whole.exists() and short.samefile(whole) else whole


def to_file(value: str, folder: Path, names: Collection[str]) -> str:
    """Return an existing path relative to a folder, and any other text unchanged."""
    if value in names or "://" in value or not Path(value).exists():
        return value
    return relative(Path(value), folder)


def relative(path: Path, folder: Path) -> str:
    """Return a path as seen from a folder.

    A run is given to others, so that no absolute path of this machine is written.
    """
    try:
        return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()
    except ValueError:  # on Windows, the two may be on different drives
        return str(path.resolve())
