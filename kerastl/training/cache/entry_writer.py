"""An entry while it is being computed: rows are appended, and a killed run's are taken up."""

import fcntl
import json
import os
import shutil
import time
from collections.abc import Sequence
from operator import index
from pathlib import Path
from typing import Any

import numpy as np

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
    """Features that could not be written, with the reason."""


class EntryWriter:
    """Write the rows of one entry beside its place, and move it there when it is whole.

    Only one process writes an entry at a time. The lock is the operating system's: it ends with
    the process, however that ends.

    Args:
        final: Where the entry will lie.

    Attributes:
        rows: How many examples are written.
        header: What the entry holds, once known.
    """

    def __init__(self, final: Path) -> None:
        self._final = final
        self.partial = final.with_name(final.name + PARTIAL)
        self._lock = -1
        self._files: list[Any] = []
        self._marked = 0.0
        self.rows = 0
        self.header: Header | None = None

    def acquire(self) -> bool:
        """Lock the entry, and find what an earlier run has left of it.

        Returns:
            False where another process is writing it.

        Raises:
            CacheWriteError: If the directory cannot be written to.
        """
        try:
            while not self._holds_lock():
                self.partial.mkdir(parents=True, exist_ok=True)
                try:
                    self._lock = os.open(self.partial / _LOCK, os.O_CREAT | os.O_RDWR, 0o644)
                except FileNotFoundError:
                    continue  # another process has just moved the directory away
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._resume()
        except BlockingIOError:
            self._release()
            return False
        except OSError as error:
            self._release()
            raise CacheWriteError(_reason(error)) from error
        return True

    def begin(self, header: Header) -> None:
        """Open the files to append to.

        Args:
            header: What will be written.

        Raises:
            CacheWriteError: If they cannot be written, or hold something else.
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
                # What lies after the marker may be half a batch.
                file.truncate(file.tell() + self.rows * tensor.row_bytes)
                file.seek(0, os.SEEK_END)
            self._mark()
        except OSError as error:
            raise CacheWriteError(_reason(error)) from error

    def append(self, batch: Sequence[np.ndarray]) -> None:
        """Write the rows of a batch.

        Appending, not a mapped file: there a full disk ends the process without an error.

        Raises:
            CacheWriteError: If they cannot be written.
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
        """Move the entry into its place.

        Returns:
            Its arrays, mapped into memory.

        Raises:
            CacheWriteError: If that is not possible.
        """
        try:
            self._mark()
            self._close()
            # In the place may lie what could not be read.
            shutil.rmtree(self._final, ignore_errors=True)
            os.rename(self.partial, self._final)
            return read_entry(self._final)
        except (OSError, UnusableEntryError) as error:
            raise CacheWriteError(_reason(error)) from error
        finally:
            self._release()

    def pause(self) -> None:
        """Leave what is written for the next run."""
        try:
            if self._files:
                self._mark()
        except OSError:
            pass  # the marker stays where it was
        finally:
            self._release()

    def discard(self) -> None:
        """Remove what is written, unless it is another process's."""
        if self._lock < 0:
            return
        shutil.rmtree(self.partial, ignore_errors=True)
        self._release()

    def _holds_lock(self) -> bool:
        if self._lock < 0:
            return False
        try:
            # While this process waited, another may have finished and moved the locked file.
            if os.path.samestat(os.stat(self.partial / _LOCK), os.fstat(self._lock)):
                return True
        except FileNotFoundError:
            pass
        self._release()
        return False

    def _resume(self) -> None:
        try:
            header = Header.read(self.partial)
            progress = json.loads((self.partial / _PROGRESS).read_text(encoding="utf-8"))
            marked = index(progress["rows"])
            if not 0 <= marked <= header.count:
                return
            for number, tensor in enumerate(header.tensors):
                path = array_file(self.partial, number)
                if path.stat().st_size < _first_row(path) + marked * tensor.row_bytes:
                    return
        except Exception:  # whatever is missing or damaged, the entry is begun anew
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

    def _release(self) -> None:
        try:
            self._close()
        except OSError:
            pass  # rows that a full disk refused; the marker does not count them
        finally:
            if self._lock >= 0:
                os.close(self._lock)
                self._lock = -1


def _first_row(path: Path) -> int:
    """Say where the rows of a `.npy` file begin."""
    with open(path, "rb") as file:
        np.lib.format.read_magic(file)
        np.lib.format.read_array_header_1_0(file)
        return file.tell()


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
