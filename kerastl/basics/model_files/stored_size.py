"""Compare the sizes that a model file declares with what it stores."""

from __future__ import annotations

import io
import math
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from kerastl.basics.files.damaged import reading
from kerastl.basics.model_files.archive_member import open_member
from kerastl.basics.model_files.errors import RefusedModelError

if TYPE_CHECKING:
    import h5py

# Weights hardly compress, so that content far larger than its file was made to fill memory.
_RATIO = 20
_ALWAYS_ALLOWED = 64 * 2**20
_WEIGHTS = "model.weights"


def check_stored_size(path: Path) -> int:
    """Check that a model file unpacks to no more than a multiple of its size.

    Args:
        path: A `.keras` archive, an HDF5 file or a SavedModel. Of other files, only the size is
            read.

    Returns:
        Bytes of the weights in the file; the size on disk if it is of another format.

    Raises:
        DamagedFileError: If the file is damaged.
        RefusedModelError: If the file declares more than it stores, or refers to other files.
    """
    import h5py

    if path.is_dir():
        return sum(each.stat().st_size for each in path.rglob("*") if each.is_file())
    size = path.stat().st_size
    limit = _ALWAYS_ALLOWED + _RATIO * size
    with reading(path):
        # By suffix, as Keras does: a file may be valid in both formats.
        if path.suffix == ".keras" and zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                sizes = (each.file_size for each in archive.infolist())
                _check_total(sizes, limit, str(path))
                return _weights_in(archive, path, limit)
        if h5py.is_hdf5(path):
            with h5py.File(path) as opened:
                return _weights(opened, limit, str(path))
    return size


def _weights_in(archive: zipfile.ZipFile, path: Path, limit: int) -> int:
    import h5py

    found = 0
    for member in archive.infolist():
        if not member.filename.startswith(_WEIGHTS):
            continue
        with open_member(archive, member, path) as file:
            if member.filename.endswith(".h5"):
                with h5py.File(file) as opened:
                    found += _weights(opened, limit, str(path))
            elif member.filename.endswith(".npz"):
                with zipfile.ZipFile(io.BytesIO(file.read())) as inner:
                    sizes = [each.file_size for each in inner.infolist()]
                found += _check_total(sizes, limit, str(path))
    return found


def _weights(opened: h5py.File, limit: int, source: str) -> int:
    import h5py

    names: list[str] = []
    # An error inside the callback of h5py would be lost.
    opened.visit_links(names.append)
    sizes = []
    for name in names:
        if not isinstance(opened.get(name, getlink=True), h5py.HardLink):
            raise _elsewhere(name, source)
        item = opened[name]
        if not isinstance(item, h5py.Dataset):
            continue
        if item.is_virtual or item.external:
            raise _elsewhere(name, source)
        chunk = math.prod(item.chunks) * item.dtype.itemsize if item.chunks else 0
        sizes.append(max(item.nbytes, chunk))
    return _check_total(sizes, limit, source)


def _check_total(sizes: Iterable[int], limit: int, source: str) -> int:
    total = sum(sizes)
    if total > limit:
        raise RefusedModelError(
            f"The file is not read: it unpacks to {total / 1e6:,.0f} MB, far more than it "
            f"stores. Received: {source!r}"
        )
    return total


def _elsewhere(name: str, source: str) -> RefusedModelError:
    return RefusedModelError(
        "The file is not read: its weights must be inside it, and it refers to another file or "
        f"another place. Received: {name!r} in {source!r}"
    )
