"""Weights of quantization-aware training, kept beside the float model's own."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import keras

Weights = Sequence[np.ndarray]


def save_quantized_weights(weights: Mapping[int, Weights], directory: Path) -> None:
    """Write one file for each number of bits.

    Args:
        weights: The weights by bits.
        directory: An existing directory.
    """
    for bits, arrays in weights.items():
        named = {str(number): array for number, array in enumerate(arrays)}
        np.savez(directory / _file(bits), allow_pickle=False, **named)


def load_quantized_weights(
    model: keras.Model, bits: Sequence[int], directory: Path
) -> dict[int, list[np.ndarray]]:
    """Read what `save_quantized_weights` wrote.

    Args:
        model: The float model, which has as many weights of the same shapes.
        bits: Numbers of bits that were saved.
        directory: The directory.

    Raises:
        ValueError: If a file is missing or damaged, or does not belong to the model.
    """
    from kerastl.basics.files.array_file import open_arrays

    shapes = [tuple(weight.shape) for weight in model.weights]
    loaded = {}
    for each in bits:
        path = directory / _file(each)
        try:
            with open_arrays(path) as arrays:
                loaded[each] = [arrays[str(number)] for number in range(len(arrays.files))]
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise ValueError(
                f"The quantized weights cannot be read: {error}. Received: {os.fspath(path)!r}"
            ) from error
        if [array.shape for array in loaded[each]] != shapes:
            raise ValueError(
                "The quantized weights are not those of this model: their shapes differ. "
                f"Received: {os.fspath(path)!r}"
            )
    return loaded


def _file(bits: int) -> str:
    return f"quantized_{bits}_bits.npz"
