"""One cache entry on disk: a JSON header and one `.npy` file for each tensor."""

import io
import json
import os
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from operator import index
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from kerastl.basics.files.own_file import open_own, replace_text
from kerastl.basics.files.positions import read_at
from kerastl.basics.files.private_directory import why_not_own
from kerastl.training.cache.stored_rows import StoredRows

FORMAT = 2
HEADER = "header.json"
_BLOCK = 2**18  # bytes: what the checksum reads is still in the processor's cache
_LARGEST_HEADER = 2**20


class UnusableEntryError(ValueError):
    """A cache entry that cannot be read; the message is the reason."""


@dataclass(frozen=True)
class TensorRows:
    """Data type and shape of a tensor's rows, one row for each example.

    Attributes:
        dtype: Name of the data type, such as `"float32"`.
        shape: Shape of one row, without the axis of examples.
    """

    dtype: str
    shape: tuple[int, ...]

    @classmethod
    def of(cls, batch: np.ndarray) -> "TensorRows":
        """Return data type and row shape of a batch."""
        return cls(batch.dtype.name, batch.shape[1:])

    @property
    def stored(self) -> np.dtype:
        """The data type in the `.npy` file: unsigned integers of the same bits for bfloat16."""
        dtype = np.dtype(self.dtype)
        return np.dtype(f"u{dtype.itemsize}") if dtype.kind == "V" else dtype

    @property
    def row_bytes(self) -> int:
        """Bytes for each example."""
        return int(np.prod(self.shape, dtype=np.int64)) * np.dtype(self.dtype).itemsize

    def file_header(self, count: int) -> bytes:
        """Return what a `.npy` file of `count` rows begins with."""
        made = io.BytesIO()
        described = {
            "descr": self.stored.str,
            "fortran_order": False,
            "shape": (count, *self.shape),
        }
        np.lib.format.write_array_header_1_0(made, described)
        return made.getvalue()


@dataclass(frozen=True)
class Header:
    """The number of examples and the tensors of an entry.

    Attributes:
        count: Number of examples.
        tensors: One for each array, in the order of their files.
    """

    count: int
    tensors: tuple[TensorRows, ...]

    @property
    def total_bytes(self) -> int:
        """Size of all features in bytes."""
        return self.count * sum(tensor.row_bytes for tensor in self.tensors)

    def write(
        self, directory: Path, checksums: Sequence[int] | None = None, name: str = ""
    ) -> None:
        """Write the header to an entry's directory.

        Args:
            directory: The directory.
            checksums: Of the rows of each tensor; None while the entry is incomplete.
            name: Name of the complete entry.
        """
        described: dict[str, Any] = {"format": FORMAT, **asdict(self)}
        if checksums is not None:
            described |= {"checksums": list(checksums), "name": name}
            described["checksum"] = _checksum_of(described)
        replace_text(directory / HEADER, json.dumps(described, indent=2))

    @classmethod
    def read(cls, directory: Path) -> "Header":
        """Read the header in an entry's directory, complete or not.

        Raises:
            UnusableEntryError: If it is damaged or has another format.
        """
        return _read_header(directory)[0]


def array_file(directory: Path, number: int) -> Path:
    """Return the path of a tensor's file."""
    return directory / f"{number}.npy"


def read_entry(directory: Path, *, verified: bool = False) -> list[StoredRows]:
    """Open the arrays of a finished entry, and verify their checksums.

    Args:
        directory: The directory of the entry, with its own name.
        verified: Whether this process has just computed the checksums, so that they are not
            computed again. Defaults to False.

    Returns:
        The arrays, in the order of the header.

    Raises:
        UnusableEntryError: If a file is damaged, altered or a link, or has another format.
    """
    _check_directory(directory)
    header, described = _read_header(directory)
    try:
        if described["checksum"] != _checksum_of(described):
            raise UnusableEntryError("has a damaged header")
        if described["name"] != directory.name:
            raise UnusableEntryError(f"was written as {described['name']!r}")
        checksums = [index(each) for each in described["checksums"]]
        pairs = list(zip(header.tensors, checksums, strict=True))
    except UnusableEntryError:
        raise
    except Exception as error:  # altered text has values of any type
        raise UnusableEntryError("has a damaged header") from error
    arrays = []
    for number, (tensor, checksum) in enumerate(pairs):
        path = array_file(directory, number)
        try:
            file = open_own(path)
        except OSError as error:
            raise UnusableEntryError(f"is incomplete: {path.name}") from error
        rows = _opened(path, file, tensor, header.count)
        start = len(tensor.file_header(header.count))
        if not verified and checksum_of_rows(file, start, rows.nbytes) != checksum:
            raise UnusableEntryError(f"was altered: {path.name} has another checksum")
        arrays.append(rows)
    return arrays


def checksum_of_rows(file: BinaryIO, start: int, size: int) -> int | None:
    """Return the checksum of a part of a file, or None if the file ends before.

    It is CRC-32: it finds every change of up to 32 neighbouring bits, and misses another change
    once in four thousand million times. It is no signature.

    Args:
        file: The open file.
        start: Position of the part in bytes.
        size: Its size in bytes.
    """
    checksum = 0
    buffer = memoryview(bytearray(min(size, _BLOCK)))
    for position in range(start, start + size, _BLOCK):
        part = buffer[: min(_BLOCK, start + size - position)]
        if read_at(file, part, position) < len(part):
            return None
        checksum = zlib.crc32(part, checksum)
    return checksum


def _opened(path: Path, file: BinaryIO, tensor: TensorRows, count: int) -> StoredRows:
    """Return the rows of a file that has the header and the size of a tensor."""
    expected = tensor.file_header(count)
    size = os.fstat(file.fileno()).st_size
    if size < len(expected) + count * tensor.row_bytes:
        raise UnusableEntryError(f"is incomplete: {path.name}")
    if size > len(expected) + count * tensor.row_bytes or file.read(len(expected)) != expected:
        raise UnusableEntryError(f"does not match its header: {path.name}")
    shape = (count, *tensor.shape)
    return StoredRows(path, file, len(expected), np.dtype(tensor.dtype), shape)


def _check_directory(directory: Path) -> None:
    try:
        reason = why_not_own(directory)
    except OSError as error:
        raise UnusableEntryError(f"cannot be read: {error.strerror}") from error
    if reason is not None:
        raise UnusableEntryError(f"is not used: {reason}")


def _read_header(directory: Path) -> tuple[Header, dict[str, Any]]:
    try:
        with open_own(directory / HEADER) as file:
            described = json.loads(file.read(_LARGEST_HEADER).decode("utf-8"))
        if described["format"] != FORMAT:
            raise UnusableEntryError(f"has format {described['format']}, not {FORMAT}")
        tensors = [TensorRows(t["dtype"], tuple(t["shape"])) for t in described["tensors"]]
        for tensor in tensors:
            # Raises if NumPy has no such array.
            if np.empty((0, *tensor.shape), tensor.stored).dtype.hasobject:
                raise ValueError("objects are not stored")
            tensor.file_header(0)
        count = index(described["count"])
        if count < 0:
            raise ValueError("a negative number of examples")
        return Header(count, tuple(tensors)), described
    except UnusableEntryError:
        raise
    except Exception as error:  # damaged text makes JSON and NumPy raise many types
        raise UnusableEntryError("has a damaged header") from error


def _checksum_of(described: dict[str, Any]) -> int:
    """Return the checksum of a header's other values."""
    others = {name: value for name, value in described.items() if name != "checksum"}
    return zlib.crc32(json.dumps(others, sort_keys=True).encode())
