"""Complete or undo what a killed process has begun to write, and read what is never half-new."""

import contextlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from kerastl.basics.files.claimed_folder import ClaimedFolder, abandoned_folders, folders_of

NEW, OLD = "new", "old"
"""Names in a claimed folder: what is written, and what it replaces."""
FILLING, REPLACING = "filling", "replacing"
"""Markers in a claimed folder: its new files are complete and must reach the target."""

_ATTEMPTS = 5

Read = TypeVar("Read")


def recover(target: Path) -> None:
    """Complete or undo what killed processes have begun to write to a target, and clean up.

    Where the new content was complete and the old one was moved away, the new one is moved to the
    target. In all other cases the target stays as it is. Nothing happens if the place is
    read-only.

    Args:
        target: A file or directory that `whole_or_nothing` or `whole_file` writes.
    """
    # A path that is not valid raises an error where it is used.
    with contextlib.suppress(OSError, ValueError):
        place = Path(os.path.realpath(target))
        # A symbolic link is replaced by a file, but a directory behind one is written in place.
        link = Path(os.path.realpath(target.parent), target.name)
        for each in dict.fromkeys((place, link)):
            for folder in abandoned_folders(each.parent, each.name):
                finish(folder, each)
        for folder in abandoned_folders(place, ""):
            finish(folder, place)


def read_whole(directory: Path, read: Callable[[Path], Read]) -> Read:
    """Read a directory whose files belong together, although another process may replace it.

    Args:
        directory: The directory. What killed processes have begun is completed first.
        read: Reads the directory at a path. It is called again if the directory was replaced
            meanwhile.

    Returns:
        What `read` returned.

    Raises:
        OSError: If the directory is replaced again and again.
    """
    for _ in range(_ATTEMPTS):
        recover(directory)
        place = _complete(directory)
        before = _identity(place)
        try:
            found = read(place)
        except Exception:
            if _identity(place) == before:
                raise
        else:
            if _identity(place) == before:
                return found
    raise OSError(
        "Another program replaces the directory while it is read: try again when it has ended. "
        f"Received: {str(directory)!r}"
    )


def fill(directory: Path, new: Path, last: str) -> None:
    """Move all entries of a folder into a directory, one of them last.

    Args:
        directory: The directory.
        new: The folder, on the same file system. It is left empty.
        last: The name of the entry that makes the directory complete.
    """
    for name in sorted(os.listdir(new), key=lambda name: (name == last, name)):
        os.rename(new / name, directory / name)


def finish(folder: ClaimedFolder, target: Path) -> None:
    """Complete or undo what was begun in a claimed folder, and remove the folder.

    Args:
        folder: The folder, claimed by this process.
        target: The file or directory that it was made for.
    """
    new, old = folder.path / NEW, folder.path / OLD
    try:
        if new.exists() and (folder.path / FILLING).is_file():
            fill(target, new, (folder.path / FILLING).read_text(encoding="utf-8"))
        elif new.exists() and (folder.path / REPLACING).exists():
            shutil.rmtree(target, ignore_errors=True)
            os.rename(new, target)
        elif new.exists() and old.exists() and not os.path.lexists(target):
            os.rename(new, target)
    except OSError:
        # Nothing is lost: the next load or save tries again.
        folder.release()
    else:
        folder.remove()


def _complete(directory: Path) -> Path:
    """Return the directory, or the complete copy that a process has not moved there yet."""
    place = Path(os.path.realpath(directory))
    for folder in folders_of(place.parent, place.name):
        if not (folder / NEW).exists():
            continue
        if os.path.lexists(place):
            # In a folder of many users, anyone could make such a copy.
            is_newer = (folder / REPLACING).exists() and _owner(folder) == _owner(place)
        else:
            is_newer = (folder / OLD).exists() or (folder / REPLACING).exists()
        if is_newer:
            return folder / NEW
    return directory


def _identity(path: Path) -> tuple[int, ...] | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_dev, status.st_ino, status.st_mtime_ns


def _owner(path: Path) -> int:
    return os.lstat(path).st_uid
