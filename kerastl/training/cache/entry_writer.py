"""Write a cache entry batch by batch, and continue the entry of a killed run."""

import contextlib
import json
import os
import shutil
import time
from collections.abc import Sequence
from operator import index
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock, Timeout

from kerastl.basics.files.regular_file import open_regular, read_regular_text
from kerastl.training.cache.entry import (
    Header,
    UnusableEntryError,
    array_file,
    read_entry,
    write_whole,
)

PARTIAL = ".partial"
_PROGRESS, _LOCK = "progress.json", "lock"
_SECONDS_BETWEEN_MARKS = 1.0


class CacheWriteError(Exception):
    """An entry that could not be written; the message is the reason."""


class EntryWriter:
    """Write one entry to a temporary directory, and rename it when it is complete.

    Only one process writes an entry at a time. The operating system releases the lock when the
    process ends, also after SIGKILL.

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
            for number, tensor in enumerate(header.tensors):
                path = array_file(self.partial, number)
                file = open(path, "r+b" if self.rows else "w+b")  # noqa: SIM115
                self._files.append(file)
                described = {
                    "descr": tensor.stored.str,
                    "fortran_order": False,
                    "shape": (header.count, *tensor.shape),
                }
                np.lib.format.write_array_header_1_0(file, described)
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
            for file, tensor, rows in zip(self._files, self.header.tensors, batch, strict=True):
                file.write(np.ascontiguousarray(rows).view(tensor.stored).data)
            self.rows += len(batch[0])
            if time.monotonic() - self._marked > _SECONDS_BETWEEN_MARKS:
                self._mark()
        except OSError as error:
            raise CacheWriteError(_reason(error)) from error

    def finish(self) -> list[np.ndarray]:
        """Move the entry to its final directory.

        Returns:
            Its arrays, mapped into memory.

        Raises:
            CacheWriteError: If it cannot be moved or read.
        """
        try:
            self._mark()
            self._close()
            # An unreadable entry may be in the final directory.
            shutil.rmtree(self._final, ignore_errors=True)
            self._move()
            return read_entry(self._final)
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
            self.partial.mkdir(parents=True, exist_ok=True)
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
            progress = json.loads(read_regular_text(self.partial / _PROGRESS))
            marked = index(progress["rows"])
            if not 0 <= marked <= header.count:
                return
            for number, tensor in enumerate(header.tensors):
                path = array_file(self.partial, number)
                if path.stat().st_size < _first_row(path) + marked * tensor.row_bytes:
                    return
        except Exception:  # with any file missing or damaged, the entry starts again
            return
        self.header, self.rows = header, marked

    def _mark(self) -> None:
        # The marker may never be ahead of the rows, not even after a power failure.
        for file in self._files:
            file.flush()
            os.fsync(file.fileno())
        write_whole(self.partial / _PROGRESS, json.dumps({"rows": self.rows}))
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


def _first_row(path: Path) -> int:
    """Return the offset of the first row in a `.npy` file, in bytes."""
    with open_regular(path) as file:
        np.lib.format.read_magic(file)
        np.lib.format.read_array_header_1_0(file)
        return file.tell()


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
