"""A file of nested plain values and arrays that is replaced atomically."""

import contextlib
import json
import os
from pathlib import Path
from typing import Any

import numpy as np

from kerastl.basics.files.array_file import open_arrays
from kerastl.basics.files.damaged import reading
from kerastl.basics.files.json_file import parse_json
from kerastl.basics.files.own_file import create_own

_PLAIN = "plain"
_ARRAY = "array"


def write_state(path: Path, state: dict[str, Any]) -> None:
    """Write a state, and return when it is on the disk.

    The state is written to a temporary file that then replaces the old one. A process that is
    killed while it writes leaves the old state and a temporary file, which the next write replaces.

    Args:
        path: An `.npz` file; its directory is made if it does not exist.
        state: Nested dictionaries with string keys and lists of numbers, strings, booleans, None
            and NumPy arrays. Other values are written as `str(value)`.

    Raises:
        OSError: If it cannot be written.
    """
    arrays: dict[str, Any] = {}
    plain = json.dumps(_without_arrays(state, arrays), default=str)
    arrays[_PLAIN] = np.frombuffer(plain.encode(), np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".new")
    try:
        with create_own(temporary) as file:
            np.savez(file, allow_pickle=False, **arrays)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    _sync_directory(path.parent)


def _sync_directory(directory: Path) -> None:
    """Write the new name of a file to the disk, where the system can."""
    # Windows opens no directories, and some network file systems do not synchronize them. The
    # content of the file is on the disk already.
    with contextlib.suppress(OSError):
        opened = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def as_read(value: Any) -> Any:
    """Return plain values as `read_state` returns them after `write_state`."""
    return json.loads(json.dumps(_without_arrays(value, {}), default=str))


def read_state(path: Path) -> dict[str, Any]:
    """Read what `write_state` wrote.

    Args:
        path: The file.

    Returns:
        The state; tuples have become lists.

    Raises:
        DamagedFileError: If the file is damaged or not a state file.
        SpecialFileError: If it is not a regular file.
        OSError: If it cannot be read.
    """
    with reading(path, "Delete it and start again"), open_arrays(path) as file:
        state = _with_arrays(parse_json(file[_PLAIN].tobytes()), file)
        if not isinstance(state, dict):
            raise ValueError("its state is not an object")
        return state


def _without_arrays(value: Any, arrays: dict[str, np.ndarray]) -> Any:
    if isinstance(value, dict):
        return {name: _without_arrays(each, arrays) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_without_arrays(each, arrays) for each in value]
    if not isinstance(value, np.ndarray):
        return value.item() if isinstance(value, np.generic) else value
    name = str(len(arrays))
    # NumPy files have no name for types such as bfloat16: store the bits.
    foreign = value.dtype.kind == "V"
    arrays[name] = value.view(f"u{value.dtype.itemsize}") if foreign else value
    return {_ARRAY: name, "dtype": value.dtype.name}


def _with_arrays(value: Any, file: Any) -> Any:
    if isinstance(value, list):
        return [_with_arrays(each, file) for each in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {_ARRAY, "dtype"}:
        return file[value[_ARRAY]].view(np.dtype(value["dtype"]))
    return {name: _with_arrays(each, file) for name, each in value.items()}
