"""A sequence of byte strings in a temporary file, so that memory stays constant."""

import tempfile
from collections.abc import Sequence
from typing import Any

from kerastl.basics.files.positions import read_at


class Spool(Sequence[bytes]):
    """A growing sequence of byte strings in a temporary file, removed with the sequence.

    Example:
    >>> spool = Spool()
    >>> spool.append(b"first")
    >>> spool[0], len(spool)
    (b'first', 1)
    """

    def __init__(self) -> None:
        # An unnamed file: the system removes it when the sequence is deleted.
        self._file = tempfile.TemporaryFile(prefix="kerastl-", buffering=0)  # noqa: SIM115
        self._ends = [0]

    def append(self, content: bytes) -> None:
        """Append a byte string."""
        # A raw write may write only a part, for instance on a full disk.
        written = 0
        while written < len(content):
            written += self._file.write(content[written:])
        self._ends.append(self._ends[-1] + len(content))

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, index: Any) -> Any:
        start, end = self._ends[index], self._ends[index + 1]
        content = bytearray(end - start)
        if read_at(self._file, content, start) < len(content):
            raise OSError("A temporary file of kerastl is shorter than what was written to it.")
        return bytes(content)
