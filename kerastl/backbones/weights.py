"""Load weights files, with errors that name the first mismatch."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from kerastl.basics.files.regular_file import check_regular
from kerastl.basics.model_files.stored_size import check_stored_size

if TYPE_CHECKING:
    import h5py
    import keras

_SUFFIXES = (".h5", ".keras")


def load_weights_file(model: keras.Model, path: str | Path, *, what: str) -> None:
    """Load a weights file into a model.

    Args:
        model: The model, without a classifier.
        path: A `.weights.h5` or `.keras` file of Keras 3, or an `.h5` file of Keras 1 or 2, such
            as those of keras.applications whose names end in `no_top.h5`.
        what: Name of the network in error messages.

    Raises:
        FileNotFoundError: The file does not exist.
        ValueError: The file has another format, its weights do not fit the model, or it declares
            more than it stores.
    """
    file = Path(path).expanduser()
    check_regular(file)
    if not file.is_file():
        raise FileNotFoundError(
            f"The weights file of {what} does not exist. Give the path of a weights file, a "
            f"name such as 'imagenet', or None for random weights. Received: weights={str(path)!r}"
        )
    if file.suffix not in _SUFFIXES:
        raise ValueError(
            f"A weights file of {what} must end in {' or '.join(_SUFFIXES)}. "
            f"Received: weights={str(path)!r}"
        )
    check_stored_size(file)
    try:
        model.load_weights(str(file))
    except (ImportError, MemoryError):
        raise
    except Exception as error:  # h5py and zipfile raise many types for a damaged file
        raise ValueError(
            f"The weights file does not fit {what}. {_difference(model, file)} Use a file saved "
            "without its classifier from the same network with the same options. "
            f"Received: weights={str(path)!r}"
        ) from error


def download_failed(what: str, reason: str) -> ConnectionError:
    """Make the error for weights that could not be downloaded."""
    return ConnectionError(
        f"The weights of {what} could not be downloaded. Without a network, fetch the file on "
        "another machine and give its path as weights=...; ImageNet weights are also found in "
        "~/.keras/models (or $KERAS_HOME/models). weights=None starts from random weights. "
        f"Received: {reason}"
    )


def _difference(model: keras.Model, file: Path) -> str:
    """Describe the first difference between a file's weights and a model's."""
    import h5py

    expected = [tuple(variable.shape) for variable in model.variables]
    try:
        with h5py.File(file) as opened:
            held = list(_layer_weights(opened))
    except Exception:  # of a damaged file
        return f"It is not a readable HDF5 file; the network has {len(expected)} weights."
    held_shapes = [shape for _, shape in held]
    unmatched = list(expected)
    for name, shape in held:
        if shape not in unmatched:
            return (
                f"The file holds {len(held_shapes)} weights, the network has {len(expected)}; the "
                f"file's {name!r} has shape {shape}, which the network does not need."
            )
        unmatched.remove(shape)
    return f"The file holds {len(held_shapes)} weights, the network has {len(expected)}" + (
        f", such as one of shape {unmatched[0]} that the file lacks." if unmatched else "."
    )


def _layer_weights(opened: h5py.File) -> Iterator[tuple[str, tuple[int, ...]]]:
    import h5py

    found: list[tuple[str, tuple[int, ...]]] = []

    def note(name: str, item: object) -> None:
        if isinstance(item, h5py.Dataset) and "optimizer" not in name:
            found.append((name, item.shape))

    opened.visititems(note)
    return iter(found)
