"""A directory of entries that stays within a limit."""

import contextlib
import os
import re
import shutil
from collections.abc import Collection
from pathlib import Path

import numpy as np

from kerastl.training.cache.entry import HEADER, read_entry
from kerastl.training.cache.entry_writer import PARTIAL, CacheWriteError, EntryWriter

# Whatever else lies in a user's directory is left alone.
_OURS = re.compile(r"[0-9a-f]{32}(\.partial|\.removed)?")
_REMOVED = ".removed"


class FeatureStore:
    """Keep features in a directory, by key.

    Args:
        directory: Where; made with the first entry.
        limit: Most bytes that all entries take.
    """

    def __init__(self, directory: Path, limit: int) -> None:
        self.directory = directory
        self.limit = limit

    def find(self, key: str) -> list[np.ndarray] | None:
        """Return the arrays of an entry, mapped into memory, or None where there is none.

        Raises:
            UnusableEntryError: If there is one that cannot be read.
        """
        place = self.directory / key
        if not os.path.isdir(place):  # Path.is_dir raises where the directory may not be searched
            return None
        arrays = read_entry(place)
        with contextlib.suppress(OSError):  # a read-only directory forgets when it was used
            os.utime(place / HEADER)
        return arrays

    def writer(self, key: str) -> EntryWriter:
        """Return what writes an entry."""
        return EntryWriter(self.directory / key)

    def remove(self, key: str) -> None:
        """Remove an entry; what is mapped of it stays readable."""
        _remove(self.directory / key)

    def make_room(self, size: int, keep: Collection[str]) -> bool:
        """Remove the entries that were used longest ago until another one fits.

        Args:
            size: Bytes of the new entry.
            keep: Keys that stay, the new one among them.

        Returns:
            Whether it fits now.

        Raises:
            CacheWriteError: If the directory cannot be listed.
        """
        kept = {name for key in keep for name in (key, key + PARTIAL)}
        try:
            places = [each for each in self.directory.iterdir() if _OURS.fullmatch(each.name)]
        except OSError as error:
            raise CacheWriteError(error.strerror) from error
        sizes = {place: _size(place) for place in places if place.name not in kept}
        # Under the new entry's name lies at most a part of it, which `size` counts.
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
    # Renamed first: nobody finds an entry that is half removed.
    trash = place.with_suffix(_REMOVED)
    try:
        os.rename(place, trash)
    except OSError:
        trash = place
    shutil.rmtree(trash, ignore_errors=True)


def _size(place: Path) -> int:
    total = 0
    # Another process may just have removed a file or all of it, or it is another user's.
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
