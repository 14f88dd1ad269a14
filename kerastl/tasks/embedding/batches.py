"""Batches of a split for an embedding, and an array or file for the vectors."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from kerastl.backbones.running.finite_model import check_finite_outputs, check_finite_weights
from kerastl.basics.files.staging import whole_file

if TYPE_CHECKING:
    import keras

    from kerastl.data.splits.split import Split
    from kerastl.tasks.embedding.text_packing import TextPacking

Batches = Iterator[tuple[np.ndarray, Any]]


def batches_of(
    split: Split,
    packing: TextPacking | None,
    image_size: tuple[int, int] | None,
    sequence_length: int | None,
    batch_size: int,
) -> Batches:
    """Yield positions and model inputs of the examples of a split.

    Args:
        split: Texts or images, possibly none.
        packing: How texts become token ids, or None for images.
        image_size: Height and width of a batch of images.
        sequence_length: The largest number of tokens of a text.
        batch_size: Examples in a batch.
    """
    if not len(split):
        return iter(())
    if split.modality == "image":
        assert image_size is not None
        return image_batches(split, image_size, batch_size)
    assert packing is not None
    assert sequence_length is not None
    return text_batches(split, packing, sequence_length, batch_size)


def model_inputs(
    split: Split,
    packing: TextPacking | None,
    image_size: tuple[int, int] | None,
    length: int | None,
) -> Iterator[Any]:
    """Yield the inputs of a model, in order; all texts in one batch.

    Args:
        split: Texts or images.
        packing: How texts become token ids, or None for images.
        image_size: Height and width of a batch of images.
        length: The sequence length of texts, or None for images.
    """
    if length is None:
        for _, pixels in batches_of(split, packing, image_size, None, 32):
            yield pixels
        return
    assert packing is not None
    packed = packing(split.encoded(), length)
    yield {name: np.asarray(values) for name, values in packed.items()}


def text_batches(
    split: Split, packing: TextPacking, sequence_length: int, batch_size: int
) -> Batches:
    """Yield positions and token ids of texts, texts of similar length together.

    A batch is as long as its longest text, to save the cost of padding.
    """
    from kerastl.data.texts.trimming import without_shared_padding

    texts = split.encoded()
    packing.log_cut_texts(texts, sequence_length)
    order = np.argsort([len(text) for text in texts], kind="stable")
    for start in range(0, len(order), batch_size):
        rows = order[start : start + batch_size]
        packed = packing([texts[row] for row in rows], sequence_length)
        trimmed = without_shared_padding(packed)
        yield rows, {name: np.asarray(values) for name, values in trimmed.items()}


def image_batches(split: Split, image_size: tuple[int, int], batch_size: int) -> Batches:
    """Yield positions and pixels of images, in order."""
    stream = split.pixels(image_size, batch_size)
    start = 0
    for batch in stream.as_numpy_iterator():
        pixels = batch[0] if isinstance(batch, tuple) else batch
        yield np.arange(start, start + len(pixels)), pixels
        start += len(pixels)


def finite_vectors(
    model: keras.Model, batches: Batches, total: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield positions and vectors of batches.

    Args:
        model: Maps inputs to vectors.
        batches: Positions and inputs.
        total: The number of all inputs, for the error.

    Raises:
        ValueError: If a weight or a vector is NaN or infinite.
    """
    check_finite_weights(model)
    for rows, batch in batches:
        vectors = np.asarray(model.predict_on_batch(batch))
        check_finite_outputs(vectors, "input", rows, total)
        yield rows, vectors


def collect(
    batches: Iterator[tuple[np.ndarray, np.ndarray]],
    shape: tuple[int, int],
    to: str | os.PathLike[str] | None,
) -> np.ndarray:
    """Collect vectors in their order, in memory or in a file that is written completely or not.

    Args:
        batches: Positions and vectors.
        shape: Of the whole array.
        to: A `.npy` file, or None for an array in memory.

    Returns:
        The array, float32; memory-mapped where it lies in a file. If another program truncates
        a mapped file, the system ends the process.
    """
    if to is None:
        vectors = np.empty(shape, np.float32)
        for rows, values in batches:
            vectors[rows] = values
        return vectors
    path = Path(to)
    with whole_file(path) as written, written.open("wb") as file:
        _write(file, batches, shape)
    return np.load(path, mmap_mode="r", allow_pickle=False)


def _write(
    file: BinaryIO, batches: Iterator[tuple[np.ndarray, np.ndarray]], shape: tuple[int, int]
) -> None:
    """Write vectors to a `.npy` file. In a mapped file, a full disk would end the process."""
    described = {"descr": np.dtype(np.float32).str, "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(file, described)
    start, size = file.tell(), shape[1] * np.dtype(np.float32).itemsize
    for rows, values in batches:
        for row, vector in zip(rows.tolist(), values.astype(np.float32), strict=True):
            file.seek(start + row * size)
            file.write(vector.tobytes())
    file.truncate(start + shape[0] * size)
