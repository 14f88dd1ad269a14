"""Write a cache entry batch by batch, and continue the entry of a killed run."""

import contextlib
import json
import os
import shutil
import time
import zlib
from collections.abc import Sequence
from operator import index
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock, Timeout

from kerastl.basics.files.own_file import create_own, open_own, replace_text
from kerastl.basics.files.private_directory import make_private, why_not_own, why_not_private
from kerastl.training.cache.entry import (
    Header,
    UnusableEntryError,
    array_file,
    checksum_of_rows,
    read_entry,
)
from kerastl.training.cache.stored_rows import StoredRows

PARTIAL = ".partial"
REMOVED = ".removed"
_PROGRESS, _LOCK = "progress.json", "lock"
_LARGEST_PROGRESS = 2**16
_SECONDS_BETWEEN_MARKS = 1.0


class CacheWriteError(Exception):
    """An entry that could not be written; the message is the reason."""


class EntryWriter:
    """Write one entry to a temporary directory, and rename it when it is complete.

    Only one process writes an entry at a time. The operating system releases the lock when the
    process ends, also after SIGKILL.

    Links are never followed: one in the place of a file or of the temporary directory is removed.
    Nothing is written to a directory that other users may write to.

    Args:
        final: Final directory of the entry.

    Attributes:
        rows: Number of examples that are written.
        header: Number of examples and tensors of the entry; None until it is known.
    """

    def __init__(self, final: Path) -> None:
        self._final = final
        self.partial = final.with_name(final.name + PARTIAL)
        self._lock = FileLock(self.partial / _LOCK, timeout=0, thread_local=False)
        self._files: list[Any] = []
        self._marked = 0.0
        self._checksums: list[int] = []
        self.rows = 0
        self.header: Header | None = None

    def acquire(self) -> bool:
        """Lock the entry, and find the rows that an earlier run has written.

        Returns:
            False if another process is writing the entry.

        Raises:
            CacheWriteError: If the directory cannot be written to.
        """
        try:
            if not self._has_locked():
                return False
            self._resume()
        except OSError as error:
            self._release()
            raise CacheWriteError(_reason(error)) from error
        return True

    def begin(self, header: Header) -> None:
        """Open the files for appending.

        Args:
            header: Number of examples and tensors of the entry.

        Raises:
            CacheWriteError: If they cannot be written, or hold rows of another shape.
        """
        try:
            if self.header is None:
                header.write(self.partial)
                self.header = header
            elif self.header != header:
                raise CacheWriteError("an earlier run left features of another shape")
            self._checksums = self._checksums or [0] * len(header.tensors)
            for number, tensor in enumerate(header.tensors):
                path = array_file(self.partial, number)
                file = open_own(path, writes=True) if self.rows else create_own(path)
                self._files.append(file)
                file.write(tensor.file_header(header.count))
                # Rows after the marker may be incomplete.
                file.truncate(file.tell() + self.rows * tensor.row_bytes)
                file.seek(0, os.SEEK_END)
            self._mark()
        except OSError as error:
            raise CacheWriteError(_reason(error)) from error

    def append(self, batch: Sequence[np.ndarray]) -> None:
        """Write the rows of a batch.

        Rows are appended because with a memory-mapped file, a full disk would end the process
        without an error.

        Raises:
            CacheWriteError: If the rows cannot be written.
        """
        assert self.header is not None
        try:
            checksums = []
            for file, tensor, rows, checksum in zip(
                self._files, self.header.tensors, batch, self._checksums, strict=True
            ):
                content = np.ascontiguousarray(rows).view(tensor.stored).data
                file.write(content)
                checksums.append(zlib.crc32(content, checksum))
            self._checksums = checksums
            self.rows += len(batch[0])
            if time.monotonic() - self._marked > _SECONDS_BETWEEN_MARKS:
                self._mark()
        except OSError as error:
            raise CacheWriteError(_reason(error)) from error

    def finish(self) -> list[StoredRows]:
        """Move the entry to its final directory.

        Returns:
            Its arrays.

        Raises:
            CacheWriteError: If it cannot be moved or read.
        """
        assert self.header is not None
        try:
            self._mark()
            self._close()
            self.header.write(self.partial, self._checksums, self._final.name)
            # An unreadable entry may be in the final directory.
            remove_entry(self._final)
            self._move()
            return read_entry(self._final, verified=True)
        except (OSError, UnusableEntryError) as error:
            raise CacheWriteError(_reason(error)) from error
        finally:
            self._release()

    def pause(self) -> None:
        """Close the files, and keep the rows for the next run."""
        try:
            if self._files:
                self._mark()
        except OSError:
            pass  # the old marker stays valid
        finally:
            self._release()

    def discard(self) -> None:
        """Remove the rows, unless another process holds the lock."""
        if not self._lock.is_locked:
            return
        self._close_quietly()
        shutil.rmtree(self.partial, ignore_errors=True)
        self._release()
        # Windows deletes no open file, so the one of the lock kept the directory.
        with contextlib.suppress(OSError):
            self.partial.rmdir()

    def _has_locked(self) -> bool:
        """Lock the temporary directory; return False if another process holds the lock."""
        while True:
            self._make_partial()
            try:
                self._lock.acquire()
            except Timeout:
                if os.path.lexists(self._lock.lock_file):
                    return False
            except FileNotFoundError:
                pass
            else:
                return True
            # Another process has just moved the directory away.

    def _make_partial(self) -> None:
        """Make the temporary directory, and remove links in its place and in it."""
        make_private(self._final.parent)
        reason = why_not_private(self._final.parent)
        if reason is not None:
            raise CacheWriteError(reason)
        if self.partial.is_symlink():
            self.partial.unlink()
        self.partial.mkdir(exist_ok=True, mode=0o755)
        # Another process may have just moved the directory away.
        with contextlib.suppress(FileNotFoundError):
            reason = why_not_own(self.partial)
            if reason is not None:
                raise CacheWriteError(reason)
            for each in self.partial.iterdir():
                if each.is_symlink():
                    each.unlink(missing_ok=True)

    def _move(self) -> None:
        """Move the temporary directory to the final one."""
        # A process that opened the file of the lock finds that it has no name any more, and does
        # not take it for the lock of a new entry.
        with contextlib.suppress(OSError):
            os.unlink(self._lock.lock_file)
        try:
            os.rename(self.partial, self._final)
        except PermissionError:
            # Windows deletes no open file, and moves no directory that contains one.
            self._lock.release()
            os.rename(self.partial, self._final)

    def _resume(self) -> None:
        try:
            header = Header.read(self.partial)
            with open_own(self.partial / _PROGRESS) as file:
                progress = json.loads(file.read(_LARGEST_PROGRESS).decode("utf-8"))
            marked = index(progress["rows"])
            if not 0 <= marked <= header.count:
                return
            checksums = [index(each) for each in progress["checksums"]]
            for number, (tensor, checksum) in enumerate(
                zip(header.tensors, checksums, strict=True)
            ):
                with open_own(array_file(self.partial, number), writes=True) as file:
                    start = len(tensor.file_header(header.count))
                    if checksum_of_rows(file, start, marked * tensor.row_bytes) != checksum:
                        return
        except Exception:  # with any file missing or damaged, the entry starts again
            return
        self.header, self.rows, self._checksums = header, marked, checksums

    def _mark(self) -> None:
        # The marker may never be ahead of the rows, not even after a power failure.
        for file in self._files:
            file.flush()
            os.fsync(file.fileno())
        progress = {"rows": self.rows, "checksums": self._checksums}
        replace_text(self.partial / _PROGRESS, json.dumps(progress))
        self._marked = time.monotonic()

    def _close(self) -> None:
        files, self._files = self._files, []
        for file in files:
            file.close()

    def _close_quietly(self) -> None:
        # A full disk may refuse the last rows; the marker does not count them.
        with contextlib.suppress(OSError):
            self._close()

    def _release(self) -> None:
        self._close_quietly()
        self._lock.release()


def remove_entry(place: Path) -> None:
    """Delete the directory of an entry, or a link in its place. Open rows stay readable."""
    if place.is_symlink():
        with contextlib.suppress(OSError):
            place.unlink()
        return
    # Renamed first, so that no process finds an entry that is partly deleted.
    trash = place.with_suffix(REMOVED)
    try:
        if trash.is_symlink():
            trash.unlink()
        os.rename(place, trash)
    except OSError:
        trash = place
    shutil.rmtree(trash, ignore_errors=True)


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
