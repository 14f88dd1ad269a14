"""Rows of an array in a file, read when they are indexed."""

import math
import os
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from kerastl.basics.files.positions import read_at


class ChangedEntryError(OSError):
    """A file of the feature cache that another program changed while it was in use."""


class StoredRows:
    """An array in a file. Indexing reads the rows and returns an array in memory.

    The file is read and not mapped into memory: if another program truncates a mapped file, the
    system ends the process. Every access checks that the file has the size and the time of
    modification that it had when it was opened.

    Args:
        path: Path of the file, for errors.
        file: The open file.
        start: Position of the first row in bytes.
        dtype: Data type of the values.
        shape: Shape of the array, with the rows as first axis.

    Attributes:
        dtype: As given.
        shape: As given.

    Raises:
        ChangedEntryError: If an access finds that the file has changed.
    """

    def __init__(
        self, path: Path, file: BinaryIO, start: int, dtype: np.dtype, shape: tuple[int, ...]
    ) -> None:
        self.dtype = dtype
        self.shape = shape
        self._path = path
        self._file = file
        self._start = start
        self._row_bytes = math.prod(shape[1:]) * dtype.itemsize
        self._state = self._found()

    @property
    def nbytes(self) -> int:
        """Size of all rows in bytes."""
        return self.shape[0] * self._row_bytes

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.shape)

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: Any) -> np.ndarray:
        """Read rows.

        Args:
            rows: A slice without a step, or an array of row numbers from 0.
        """
        if isinstance(rows, slice):
            first, stop, step = rows.indices(len(self))
            if step == 1:
                return self._read([(0, first, max(0, stop - first))], max(0, stop - first))
            rows = np.arange(first, stop, step)
        rows = np.asarray(rows)
        if rows.ndim != 1 or rows.dtype.kind not in "iu":
            raise TypeError(
                f"Rows are read by a slice or by an array of row numbers. Received: {rows!r}"
            )
        if len(rows) and not 0 <= rows.min() <= rows.max() < len(self):
            raise IndexError(
                f"There are {len(self)} rows. Received: row {rows.min()}, {rows.max()}"
            )
        # Neighbours in the file are read at once.
        starts = np.flatnonzero(np.diff(rows, prepend=-2) != 1)
        counts = np.diff(starts, append=len(rows))
        runs = zip(starts.tolist(), rows[starts].tolist(), counts.tolist(), strict=True)
        return self._read(list(runs), len(rows))

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        array = self[:]
        return array if dtype is None else array.astype(dtype)

    def _read(self, runs: list[tuple[int, int, int]], count: int) -> np.ndarray:
        """Read runs of rows: place in the result, first row in the file, number of rows."""
        size = self._row_bytes
        made = np.empty(count * size, np.uint8)
        complete = self._found() == self._state
        for place, row, number in runs:
            part = made[place * size : (place + number) * size]
            complete &= read_at(self._file, part, self._start + row * size) == len(part)
        if not complete or self._found() != self._state:
            raise ChangedEntryError(
                "Another program changed a file of the feature cache while it was in use: run the "
                f"fit again. Received: {str(self._path)!r}"
            )
        return made.view(self.dtype).reshape(count, *self.shape[1:])

    def _found(self) -> tuple[int, int]:
        status = os.fstat(self._file.fileno())
        return status.st_size, status.st_mtime_ns
