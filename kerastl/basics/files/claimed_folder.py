"""Temporary folders of which other processes see whether they are in use."""

import contextlib
import hashlib
import os
import platform
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Self

from kerastl.basics.files.process_lock import ProcessLock

STAGED_PREFIX = ".kerastl-"
"""Start of the names of temporary entries. Such an entry does not make a directory non-empty."""

_LOCK = "lock"
# A longer name is cut, so that the folder's name is one that every file system takes.
_LONGEST = 80
# Locks of some network file systems do not reach other machines.
_DAY = 24 * 3600


class ClaimedFolder:
    """A temporary folder that belongs to one process until it ends.

    The process holds a lock in it. A folder whose lock is free was left by a killed process.

    Args:
        path: The folder.
        lock: Its lock, held.

    Attributes:
        path: As given.
    """

    def __init__(self, path: Path, lock: ProcessLock) -> None:
        self.path = path
        self._lock = lock

    @classmethod
    def make(cls, place: Path, name: str) -> Self:
        """Make a folder.

        Args:
            place: The folder to make it in.
            name: The name of what is written, by which `abandoned_folders` finds it.

        Raises:
            OSError: If it cannot be made.
        """
        prefix = f"{STAGED_PREFIX}{_shortened(name)}.{_machine()}."
        while True:
            path = Path(tempfile.mkdtemp(prefix=prefix, dir=place))
            lock = ProcessLock(path / _LOCK)
            # Until the lock is held, another process may take the folder for an abandoned one.
            if lock.acquire():
                return cls(path, lock)

    def remove(self) -> None:
        """Delete the folder, and release its lock last."""
        for entry in _entries(self.path):
            if entry.name == _LOCK:
                continue
            if entry.is_dir(follow_symlinks=False):
                shutil.rmtree(entry, ignore_errors=True)
            else:
                with contextlib.suppress(OSError):
                    os.unlink(entry)
        self.release()
        with contextlib.suppress(OSError):
            self.path.rmdir()

    def release(self) -> None:
        """Keep the folder, and let other processes take it for an abandoned one."""
        self._lock.release()


def folders_of(place: Path, name: str) -> list[Path]:
    """Return the folders that any process, alive or not, has made under a name, in order."""
    return sorted(
        Path(entry.path)
        for entry in _entries(place)
        if _parts(entry.name)[:1] == [_shortened(name)] and entry.is_dir(follow_symlinks=False)
    )


def abandoned_folders(place: Path, name: str) -> Iterator[ClaimedFolder]:
    """Yield the folders that killed processes of this user have left, each of them claimed.

    Folders in use are left out, and so are those that this process cannot lock, such as in a
    read-only place. A folder of another machine must also be a day old.

    Args:
        place: The folder to look in.
        name: As for `ClaimedFolder.make`.
    """
    for path in folders_of(place, name):
        if not _may_be_abandoned(path):
            continue
        with contextlib.suppress(OSError):
            # One that was killed before it took the lock. `rmdir` deletes only an empty folder.
            path.rmdir()
            continue
        lock = ProcessLock(path / _LOCK)
        with contextlib.suppress(OSError):
            if lock.acquire():
                yield ClaimedFolder(path, lock)


def _may_be_abandoned(path: Path) -> bool:
    try:
        status = path.lstat()
    except OSError:
        return False
    user = getattr(os, "geteuid", lambda: status.st_uid)()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != user:
        return False
    return _parts(path.name)[1] == _machine() or time.time() - status.st_mtime > _DAY


def _parts(name: str) -> list[str]:
    """Return the name, machine and random part of a folder's name, or nothing for others."""
    if not name.startswith(STAGED_PREFIX):
        return []
    parts = name.removeprefix(STAGED_PREFIX).rsplit(".", 2)
    return parts if len(parts) == 3 else []


def _shortened(name: str) -> str:
    if len(os.fsencode(name)) <= _LONGEST:
        return name
    return hashlib.sha256(os.fsencode(name)).hexdigest()[:32]


def _machine() -> str:
    return hashlib.sha256(platform.node().encode(errors="replace")).hexdigest()[:8]


def _entries(place: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(place) as entries:
            return list(entries)
    except OSError:
        return []
