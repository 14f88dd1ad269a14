"""Run a model over batches in their order, and waste little of it on the padding of texts."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from kerastl.backbones.running.open_function import open_function
from kerastl.data.texts.trimming import without_shared_padding

if TYPE_CHECKING:
    import keras

PADDING_MASK = "padding_mask"
"""The name of a model's input that tells the tokens of texts from padding."""

# Batches that are sorted by length at a time, and the memory that they may take together.
_WINDOW, _WINDOW_BYTES = 8, 64 * 2**20


def run_in_order(
    model: keras.Model, batches: Iterable[tuple], batch_size: int | None = None
) -> Iterator[tuple[Any, tuple[np.ndarray, ...]]]:
    """Yield the outputs of a model for batches, and what came with them, in order.

    Of a model with a padding mask, up to eight batches at a time are sorted by length, divided
    again, cut to their longest text and run; their outputs are then put in order. An output
    for each token would depend on the cut, so that a model with one runs each batch as it is. JAX
    does so too, since it compiles the model for each length.

    Args:
        model: The model.
        batches: NumPy arrays as `(inputs, *others)`. Texts are padded at the end.
        batch_size: Inputs of a batch. Smaller batches are filled up with repeated inputs, since
            Keras would compile the model for their size as well. Defaults to None: the size of the
            first batch.

    Yields:
        Outputs as `predict_on_batch` returns them, and the other arrays, for one batch or several.
    """
    import keras

    rest = iter(batches)
    first = next(rest, None)
    if first is None:
        return
    size = batch_size or _count(first[0])
    together = 1
    by_length = _cuts_padding(model, first[0])
    if by_length:
        bytes_each = sum(each.nbytes for each in keras.tree.flatten(first[0]))
        together = int(np.clip(_WINDOW_BYTES // max(bytes_each, 1), 1, _WINDOW))
    rest = itertools.chain([first], rest)
    while window := list(itertools.islice(rest, together)):
        inputs, *others = window[0] if len(window) == 1 else _joined(window)
        run = _run_by_length if by_length else _run
        yield run(model, inputs, size), tuple(others)


def _joined(batches: list[tuple]) -> Iterator[Any]:
    import keras

    for parts in zip(*batches, strict=True):
        yield keras.tree.map_structure(lambda *arrays: np.concatenate(arrays), *parts)


def _cuts_padding(model: keras.Model, inputs: Any) -> bool:
    import keras

    if (
        keras.backend.backend() == "jax"
        or not isinstance(inputs, dict)
        or PADDING_MASK not in inputs
    ):
        return False
    return all(len(each.shape) <= 2 for each in keras.tree.flatten(model.outputs))


def _run(model: keras.Model, inputs: Any, size: int) -> Any:
    import keras

    count = _count(inputs)
    if count != size:
        filled = np.arange(size) % count
        inputs = keras.tree.map_structure(lambda array: array[filled], inputs)
    given = model.predict_on_batch(inputs)
    return keras.tree.map_structure(lambda array: np.asarray(array)[:count], given)


def _run_by_length(model: keras.Model, inputs: dict[str, np.ndarray], size: int) -> Any:
    import keras

    run = open_function(model, inputs)
    order = np.argsort(inputs[PADDING_MASK].sum(axis=1), kind="stable")
    given = []
    for start in range(0, len(order), size):
        rows = order[start : start + size]
        part = without_shared_padding({name: array[rows] for name, array in inputs.items()})
        given.append(keras.tree.map_structure(np.asarray, run(part)))
    in_order = np.argsort(order)
    return keras.tree.map_structure(lambda *parts: np.concatenate(parts)[in_order], *given)


def _count(inputs: Any) -> int:
    import keras

    return len(keras.tree.flatten(inputs)[0])
