"""One set of features on disk: a header in JSON and a raw array for each tensor."""

import json
import os
from dataclasses import asdict, dataclass
from operator import index
from pathlib import Path

import numpy as np

FORMAT = 1
HEADER = "header.json"


class UnusableEntryError(ValueError):
    """An entry that cannot be read, with the reason."""


@dataclass(frozen=True)
class TensorRows:
    """What one tensor gives for every example.

    Attributes:
        dtype: Such as `"float32"`.
        shape: Of what belongs to one example.
    """

    dtype: str
    shape: tuple[int, ...]

    @classmethod
    def of(cls, batch: np.ndarray) -> "TensorRows":
        """Describe a batch."""
        return cls(batch.dtype.name, batch.shape[1:])

    @property
    def stored(self) -> np.dtype:
        """What a `.npy` file calls the numbers: bfloat16 goes by its bits."""
        dtype = np.dtype(self.dtype)
        return np.dtype(f"u{dtype.itemsize}") if dtype.kind == "V" else dtype

    @property
    def row_bytes(self) -> int:
        """Bytes an example."""
        return int(np.prod(self.shape, dtype=np.int64)) * np.dtype(self.dtype).itemsize


@dataclass(frozen=True)
class Header:
    """What an entry holds.

    Attributes:
        count: Number of examples.
        tensors: One for each array, in the order of their files.
    """

    count: int
    tensors: tuple[TensorRows, ...]

    @property
    def total_bytes(self) -> int:
        """Bytes of all features."""
        return self.count * sum(tensor.row_bytes for tensor in self.tensors)

    def write(self, directory: Path) -> None:
        """Write the header whole."""
        described = {"format": FORMAT, **asdict(self)}
        write_whole(directory / HEADER, json.dumps(described, indent=2))

    @classmethod
    def read(cls, directory: Path) -> "Header":
        """Read what `write` wrote.

        Raises:
            UnusableEntryError: If it is damaged or of another format.
        """
        try:
            described = json.loads((directory / HEADER).read_text(encoding="utf-8"))
            if described["format"] != FORMAT:
                raise UnusableEntryError(f"is of format {described['format']}, not {FORMAT}")
            tensors = [TensorRows(t["dtype"], tuple(t["shape"])) for t in described["tensors"]]
            for tensor in tensors:
                np.empty((0, *tensor.shape), tensor.stored)  # an error where there is no such array
            return cls(index(described["count"]), tuple(tensors))
        except UnusableEntryError:
            raise
        except Exception as error:  # damaged text makes JSON and NumPy raise many kinds
            raise UnusableEntryError("has a damaged header") from error


def array_file(directory: Path, number: int) -> Path:
    """Say where the rows of a tensor lie."""
    return directory / f"{number}.npy"


def read_entry(directory: Path) -> list[np.ndarray]:
    """Map the arrays of a finished entry into memory.

    Args:
        directory: The entry's.

    Returns:
        Read-only arrays, in the order of the header.

    Raises:
        UnusableEntryError: If something of it is damaged or of another format.
    """
    header = Header.read(directory)
    arrays = []
    for number, tensor in enumerate(header.tensors):
        path = array_file(directory, number)
        try:
            array = np.lib.format.open_memmap(path, mode="r")
        except Exception as error:  # a damaged file makes NumPy raise many kinds
            raise UnusableEntryError(f"is incomplete: {path.name}") from error
        if array.dtype != tensor.stored or array.shape != (header.count, *tensor.shape):
            raise UnusableEntryError(f"is not what its header says: {path.name}")
        arrays.append(array.view(np.dtype(tensor.dtype)))
    return arrays


def write_whole(path: Path, text: str) -> None:
    """Write a small file that is never seen half-written."""
    temporary = path.with_name(path.name + ".new")
    temporary.write_text(text, encoding="utf-8")
    os.replace(temporary, path)
