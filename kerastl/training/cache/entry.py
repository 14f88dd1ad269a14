"""One cache entry on disk: a JSON header and one `.npy` file for each tensor."""

import json
import os
from dataclasses import asdict, dataclass
from operator import index
from pathlib import Path

import numpy as np

from kerastl.basics.files.regular_file import check_regular, read_regular_text

FORMAT = 1
HEADER = "header.json"


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

    def write(self, directory: Path) -> None:
        """Write the header to an entry's directory."""
        described = {"format": FORMAT, **asdict(self)}
        write_whole(directory / HEADER, json.dumps(described, indent=2))

    @classmethod
    def read(cls, directory: Path) -> "Header":
        """Read the header in an entry's directory.

        Raises:
            UnusableEntryError: If it is damaged or has another format.
        """
        try:
            described = json.loads(read_regular_text(directory / HEADER))
            if described["format"] != FORMAT:
                raise UnusableEntryError(f"has format {described['format']}, not {FORMAT}")
            tensors = [TensorRows(t["dtype"], tuple(t["shape"])) for t in described["tensors"]]
            for tensor in tensors:
                np.empty((0, *tensor.shape), tensor.stored)  # raises if NumPy has no such array
            return cls(index(described["count"]), tuple(tensors))
        except UnusableEntryError:
            raise
        except Exception as error:  # damaged text makes JSON and NumPy raise many types
            raise UnusableEntryError("has a damaged header") from error


def array_file(directory: Path, number: int) -> Path:
    """Return the path of a tensor's file."""
    return directory / f"{number}.npy"


def read_entry(directory: Path) -> list[np.ndarray]:
    """Map the arrays of a finished entry into memory.

    Args:
        directory: The directory of the entry.

    Returns:
        Read-only arrays, in the order of the header.

    Raises:
        UnusableEntryError: If a file is damaged or has another format.
    """
    header = Header.read(directory)
    arrays = []
    for number, tensor in enumerate(header.tensors):
        path = array_file(directory, number)
        try:
            check_regular(path)
            array = np.lib.format.open_memmap(path, mode="r")
        except Exception as error:  # a damaged file makes NumPy raise many types
            raise UnusableEntryError(f"is incomplete: {path.name}") from error
        if array.dtype != tensor.stored or array.shape != (header.count, *tensor.shape):
            raise UnusableEntryError(f"does not match its header: {path.name}")
        arrays.append(array.view(np.dtype(tensor.dtype)))
    return arrays


def write_whole(path: Path, text: str) -> None:
    """Write a small file atomically."""
    temporary = path.with_name(path.name + ".new")
    temporary.write_text(text, encoding="utf-8")
    os.replace(temporary, path)
