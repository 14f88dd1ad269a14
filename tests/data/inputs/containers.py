"""The same three texts and the same three images in every container that is read."""

import collections
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jax
import numpy as np
import pandas as pd
import pyarrow as pa
import tensorflow as tf

from tests.data.drawing import colourful

TEXTS = ["good film", "bad film", "so so"]
PIXELS = np.stack([np.asarray(colourful(seed=i)) for i in range(3)])

CONTAINERS: dict[str, Callable[[list[Any]], Any]] = {
    "list": list,
    "tuple": tuple,
    "generator": lambda values: (value for value in values),
    "map": lambda values: (value for value in values),
    "deque": collections.deque,
    "user list": collections.UserList,
    "values of a mapping": lambda values: dict(enumerate(values)).values(),
    "array of objects": lambda values: _objects(values),
    "Series": lambda values: pd.Series(list(values)),
    "Index of a Series": lambda values: pd.Series(list(values), index=[7, 8, 9]),
    "DataFrame of one column": lambda values: pd.DataFrame({"x": list(values)}),
}
"""Containers of values of any kind."""

TEXTS_IN: dict[str, Callable[[], Any]] = {
    "keys of a mapping": lambda: dict.fromkeys(TEXTS).keys(),
    "array": lambda: np.array(TEXTS),
    "array of bytes": lambda: np.array([text.encode() for text in TEXTS]),
    "column of an array": lambda: np.array(TEXTS)[:, None],
    "StringDType": lambda: np.array(TEXTS, np.dtypes.StringDType()),
    "string Series": lambda: pd.Series(TEXTS, dtype="string"),
    "categories": lambda: pd.Series(TEXTS, dtype="category"),
    "tensor": lambda: tf.constant(TEXTS),
    "pyarrow Array": lambda: pa.array(TEXTS),
    "pyarrow Table": lambda: pa.table({"x": TEXTS}),
    "list of bytes": lambda: [text.encode() for text in TEXTS],
    "list of tensors": lambda: list(tf.constant(TEXTS)),
    "list of np.str_": lambda: list(np.array(TEXTS)),
}

IMAGES_IN: dict[str, Callable[[Path], Any]] = {
    "array": lambda folder: PIXELS,
    "tensor": lambda folder: tf.constant(PIXELS),
    "variable": lambda folder: tf.Variable(PIXELS),
    "JAX array": lambda folder: jax.numpy.asarray(PIXELS),
    "bfloat16": lambda folder: tf.cast(PIXELS, tf.bfloat16),
    "nested lists": lambda folder: PIXELS.tolist(),
    "list of nested lists": lambda folder: [each.tolist() for each in PIXELS],
    "list of tensors": lambda folder: list(tf.constant(PIXELS)),
    "paths": lambda folder: _files(folder),
    "strings": lambda folder: list(map(str, _files(folder))),
    "array of strings": lambda folder: np.array(list(map(str, _files(folder)))),
    "tensor of strings": lambda folder: tf.constant(list(map(str, _files(folder)))),
    "tensor of contents": lambda folder: tf.constant([f.read_bytes() for f in _files(folder)]),
    "bytes": lambda folder: [file.read_bytes() for file in _files(folder)],
    "bytearrays": lambda folder: [bytearray(file.read_bytes()) for file in _files(folder)],
    "memoryviews": lambda folder: [memoryview(file.read_bytes()) for file in _files(folder)],
    "open files": lambda folder: [open(file, "rb") for file in _files(folder)],  # noqa: SIM115
    "BytesIO at its end": lambda folder: [_written(i) for i in range(3)],
    "Pillow": lambda folder: [colourful(seed=i) for i in range(3)],
    "Series of bytes": lambda folder: pd.Series([f.read_bytes() for f in _files(folder)]),
}


def _objects(values: list[Any]) -> np.ndarray:
    array = np.empty(len(values), object)
    array[:] = values
    return array


def _files(folder: Path) -> list[Path]:
    files = [folder / f"{i}.png" for i in range(3)]
    for i, file in enumerate(files):
        colourful(seed=i).save(file)
    return files


def _written(seed: int) -> io.BytesIO:
    stream = io.BytesIO()
    colourful(seed=seed).save(stream, "PNG")
    return stream
