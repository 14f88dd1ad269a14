"""Read NumPy files whose headers declare no more than the files hold."""

import math
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from kerastl.basics.files.damaged import reading
from kerastl.basics.files.regular_file import open_regular

_HEADERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}


def read_array(path: Path) -> np.ndarray:
    """Read an `.npy` file.

    It is not mapped into memory: if another program truncates a mapped file, the system ends the
    process.

    Args:
        path: The file.

    Returns:
        The array in memory.

    Raises:
        DamagedFileError: If the file is damaged.
        SpecialFileError: If it is not a regular file.
        OSError: If it cannot be read.
    """
    with reading(path), open_regular(path) as file:
        _check_header(file, os.fstat(file.fileno()).st_size)
        file.seek(0)
        array: np.ndarray = np.load(file, allow_pickle=False)
        return array


@contextmanager
def open_arrays(path: Path) -> Iterator[Any]:
    """Open an `.npz` file that `np.savez` wrote. Call it within `reading`.

    Args:
        path: The file.

    Yields:
        The arrays by name, read on access.

    Raises:
        ValueError: If a header declares more than the file holds, an array is compressed, or the
            file is not a regular file.
        OSError: If it cannot be read.
        zipfile.BadZipFile: If it is damaged.
    """
    with open_regular(path) as file:
        with zipfile.ZipFile(file) as archive:
            for member in archive.infolist():
                if member.compress_type != zipfile.ZIP_STORED:
                    raise ValueError(f"the array {member.filename!r} is compressed")
                with archive.open(member) as stored:
                    _check_header(stored, member.file_size)
        file.seek(0)
        with np.load(file, allow_pickle=False) as arrays:
            yield arrays


def _check_header(file: Any | BinaryIO, size: int) -> None:
    # NumPy makes the whole array before it reads the values.
    version = np.lib.format.read_magic(file)
    if version not in _HEADERS:
        raise ValueError(f"an array has the unknown version {version}")
    shape, _, dtype = _HEADERS[version](file)
    declared, held = math.prod(shape) * dtype.itemsize, size - file.tell()
    if min(shape, default=0) < 0 or declared > held:
        raise ValueError(
            f"an array of shape {shape} and type {dtype} needs {declared:,} bytes, and "
            f"{max(held, 0):,} are there"
        )
