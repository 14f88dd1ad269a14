"""Encoded images in one temporary file, so that memory does not grow with their number."""

import os
import tempfile
from collections.abc import Sequence
from typing import Any


class Spool(Sequence[bytes]):
    """A growing sequence of byte strings that lies on disk and goes when it is no longer used.

    Example:
    >>> spool = Spool()
    >>> spool.append(b"first")
    >>> spool[0], len(spool)
    (b'first', 1)
    """

    def __init__(self) -> None:
        # The file lives as long as the sequence; its name is gone from the start.
        self._file = tempfile.TemporaryFile(prefix="kerastl-", buffering=0)  # noqa: SIM115
        self._ends = [0]

    def append(self, content: bytes) -> None:
        """Write one more byte string."""
        # A raw write may stop short, for instance on a full disk.
        written = 0
        while written < len(content):
            written += self._file.write(content[written:])
        self._ends.append(self._ends[-1] + len(content))

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, index: Any) -> Any:
        start, end = self._ends[index], self._ends[index + 1]
        # Reading at a position leaves no shared cursor: pipeline threads read at once.
        return os.pread(self._file.fileno(), end - start, start)
