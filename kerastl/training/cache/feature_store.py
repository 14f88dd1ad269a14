"""A directory of cache entries with a size limit."""

import contextlib
import os
import re
from collections.abc import Collection
from pathlib import Path

from kerastl.basics.files.private_directory import why_not_private
from kerastl.training.cache.entry import HEADER, read_entry
from kerastl.training.cache.entry_writer import (
    PARTIAL,
    REMOVED,
    CacheWriteError,
    EntryWriter,
    remove_entry,
)
from kerastl.training.cache.stored_rows import StoredRows

# Only entries are ever removed: the directory may hold files of the user.
_OURS = re.compile(r"[0-9a-f]{32}(\.partial|\.removed)?")


class FeatureStore:
    """Store features in a directory, by key.

    Args:
        directory: The directory; made with the first entry.
        limit: Largest size of all entries, in bytes.
    """

    def __init__(self, directory: Path, limit: int) -> None:
        self.directory = directory
        self.limit = limit

    def find(self, key: str) -> list[StoredRows] | None:
        """Return the arrays of an entry, or None if it does not exist.

        Raises:
            CacheWriteError: If other users may write to the directory.
            UnusableEntryError: If the entry cannot be read.
        """
        place = self.directory / key
        # Path's own methods raise if a directory may not be searched.
        if not os.path.lexists(place):
            return None
        reason = why_not_private(self.directory)
        if reason is not None:
            raise CacheWriteError(reason)
        arrays = read_entry(place)
        with contextlib.suppress(OSError):  # a read-only directory cannot store the time of use
            os.utime(place / HEADER)
        return arrays

    def writer(self, key: str) -> EntryWriter:
        """Return a writer for an entry."""
        return EntryWriter(self.directory / key)

    def remove(self, key: str) -> None:
        """Delete an entry. Arrays that are open stay readable."""
        remove_entry(self.directory / key)

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
            if total <= self.limit and not place.name.endswith(REMOVED):
                continue
            if place.name.endswith(PARTIAL):
                writer = EntryWriter(place.with_suffix(""))
                with contextlib.suppress(CacheWriteError):
                    if writer.acquire():
                        writer.discard()
                if os.path.lexists(place):
                    continue
            else:
                remove_entry(place)
            total -= sizes[place]
        return total <= self.limit


def _size(place: Path) -> int:
    total = 0
    # Another process may have deleted files meanwhile, or another user owns them.
    with contextlib.suppress(OSError):
        for file in place.iterdir():
            with contextlib.suppress(OSError):
                total += file.lstat().st_size
    return total


def _last_used(place: Path) -> float:
    try:
        return (place / HEADER).stat().st_mtime
    except OSError:
        return 0.0
