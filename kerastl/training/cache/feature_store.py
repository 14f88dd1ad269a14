"""A directory of cache entries with a size limit."""

import contextlib
import os
import re
import shutil
from collections.abc import Collection
from pathlib import Path

import numpy as np

from kerastl.training.cache.entry import HEADER, read_entry
from kerastl.training.cache.entry_writer import PARTIAL, CacheWriteError, EntryWriter

# Only entries are ever removed: the directory may hold files of the user.
_OURS = re.compile(r"[0-9a-f]{32}(\.partial|\.removed)?")
_REMOVED = ".removed"


class FeatureStore:
    """Store features in a directory, by key.

    Args:
        directory: The directory; made with the first entry.
        limit: Largest size of all entries, in bytes.
    """

    def __init__(self, directory: Path, limit: int) -> None:
        self.directory = directory
        self.limit = limit

    def find(self, key: str) -> list[np.ndarray] | None:
        """Return the arrays of an entry, mapped into memory, or None if it does not exist.

        Raises:
            UnusableEntryError: If the entry cannot be read.
        """
        place = self.directory / key
        if not os.path.isdir(place):  # Path.is_dir raises if a directory may not be searched
            return None
        arrays = read_entry(place)
        with contextlib.suppress(OSError):  # a read-only directory cannot store the time of use
            os.utime(place / HEADER)
        return arrays

    def writer(self, key: str) -> EntryWriter:
        """Return a writer for an entry."""
        return EntryWriter(self.directory / key)

    def remove(self, key: str) -> None:
        """Delete an entry. Arrays that are mapped into memory stay readable."""
        _remove(self.directory / key)

    def make_room(self, size: int, keep: Collection[str]) -> bool:
        """Delete the least recently used entries until a new one fits.

        Args:
            size: Size of the new entry in bytes.
            keep: Keys that are not deleted, including the new one.

        Returns:
            Whether the new entry fits.

        Raises:
            CacheWriteError: If the directory cannot be listed.
        """
        kept = {name for key in keep for name in (key, key + PARTIAL)}
        try:
            places = [each for each in self.directory.iterdir() if _OURS.fullmatch(each.name)]
        except OSError as error:
            raise CacheWriteError(error.strerror) from error
        sizes = {place: _size(place) for place in places if place.name not in kept}
        # A partial new entry is left out here: `size` includes it.
        fixed = sum(_size(self.directory / key) for key in keep)
        if fixed + size > self.limit:
            return False
        total = fixed + size + sum(sizes.values())
        for place in sorted(sizes, key=_last_used):
            if total <= self.limit and not place.name.endswith(_REMOVED):
                continue
            if place.name.endswith(PARTIAL):
                writer = EntryWriter(place.with_suffix(""))
                if not writer.acquire():
                    continue
                writer.discard()
            else:
                _remove(place)
            total -= sizes[place]
        return total <= self.limit


def _remove(place: Path) -> None:
    # Renamed first, so that no process finds an entry that is partly deleted.
    trash = place.with_suffix(_REMOVED)
    try:
        os.rename(place, trash)
    except OSError:
        trash = place
    shutil.rmtree(trash, ignore_errors=True)


def _size(place: Path) -> int:
    total = 0
    # Another process may have deleted files meanwhile, or another user owns them.
    with contextlib.suppress(OSError):
        for file in place.iterdir():
            with contextlib.suppress(OSError):
                total += file.stat().st_size
    return total


def _last_used(place: Path) -> float:
    try:
        return (place / HEADER).stat().st_mtime
    except OSError:
        return 0.0
