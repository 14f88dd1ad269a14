"""Read the examples of a `tf.data.Dataset`."""

import hashlib
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from kerastl.data.inputs.examples import plain_string
from kerastl.data.inputs.kinds import describe


@dataclass(frozen=True)
class TfExamples:
    """Examples of a `tf.data.Dataset`, in memory or in files.

    Attributes:
        inputs: Image arrays, texts, contents of image files, or paths of images as strings.
        labels: Array with one label or one row for each input, or None.
        class_names: The names that Keras gave the data set, or None.
        in_files: Whether `inputs` are paths.
        shuffled: Whether the order may be another one in each run.
    """

    inputs: list[Any]
    labels: np.ndarray | None
    class_names: list[str] | None
    in_files: bool
    shuffled: bool

    def in_fixed_order(self) -> "TfExamples":
        """Return the examples in an order that is the same in every run.

        Keras shuffles at random, and the examples that `fit` holds out depend on the order. Files
        are in the order of their paths, and other shuffled examples in that of their content.
        """
        if not self.in_files and not self.shuffled:
            return self
        order = sorted(range(len(self.inputs)), key=self._key)
        labels = None if self.labels is None else self.labels[order]
        return replace(self, inputs=[self.inputs[i] for i in order], labels=labels)

    def _key(self, index: int) -> Any:
        value = self.inputs[index]
        if self.in_files:
            return Path(value).parts
        content = value.encode() if isinstance(value, str) else np.asarray(value).tobytes()
        label = "" if self.labels is None else str(self.labels[index])
        return hashlib.blake2b(content).digest(), label


def read_tf_examples(dataset: Any) -> TfExamples:
    """Read a data set of inputs, or of pairs of input and label, in batches or one by one.

    If Keras made the data set from a folder of colour images, their paths are returned, so that
    images are read from the files. Otherwise the examples are held in memory.

    Args:
        dataset: A finite `tf.data.Dataset`, such as one of
            `keras.utils.image_dataset_from_directory`.

    Returns:
        The examples in the order of the data set, or in that of its `file_paths`.

    Raises:
        ValueError: If an element is neither an input nor a pair, or the data set is infinite or
            empty.
    """
    has_labels = _check_elements(dataset)
    names = getattr(dataset, "class_names", None)
    names = None if names is None else [str(name) for name in names]
    files = _files(dataset, has_labels)
    if files is not None:
        return TfExamples(*files, names, in_files=True, shuffled=True)
    inputs: list[Any] = []
    labels: list[np.ndarray] = []
    for element in dataset.as_numpy_iterator():
        parts = element if isinstance(element, tuple) else (element,)
        values = np.asarray(parts[0])
        batched = _is_batch(values)
        inputs += map(plain_string, values) if batched else [plain_string(values[()])]
        if has_labels:
            label = np.asarray(parts[1])
            labels.append(label if batched else label[None])
    if not inputs:
        raise ValueError("The tf.data.Dataset has no examples. Received: an empty data set")
    stacked = np.concatenate(labels) if has_labels else None
    return TfExamples(inputs, stacked, names, in_files=False, shuffled=_shuffles(dataset))


def _check_elements(dataset: Any) -> bool:
    """Return whether elements are pairs of input and label; raise an error for other elements."""
    import tensorflow as tf

    spec = dataset.element_spec
    parts = spec if isinstance(spec, tuple) else (spec,)
    if len(parts) > 2 or not all(isinstance(part, tf.TensorSpec) for part in parts):
        raise ValueError(
            "An element of a tf.data.Dataset must be an input, or a pair of input and label, each "
            "one tensor. Convert it, such as `dataset.map(lambda x: (x['image'], x['label']))`. "
            f"Received: elements of {spec}"
        )
    if dataset.cardinality() == tf.data.INFINITE_CARDINALITY:
        raise ValueError(
            "The tf.data.Dataset never ends: leave `repeat()` out. Received: an infinite data set"
        )
    return len(parts) == 2


def _is_batch(values: np.ndarray) -> bool:
    if values.dtype.kind in "OSU":
        if values.ndim < 2:
            return values.ndim == 1
    elif values.ndim == 4 or (values.ndim == 3 and values.shape[-1] <= 4):
        return values.ndim == 4
    raise ValueError(
        "Inputs must be texts of shape () or (batch,), or images of shape (height, width, "
        f"channels) or (batch, height, width, channels). Received: {describe(values)}"
    )


def _shuffles(dataset: Any) -> bool:
    """Return whether a step of a data set shuffles."""
    return "Shuffle" in type(dataset).__name__ or any(map(_shuffles, dataset._inputs()))


def _files(dataset: Any, has_labels: bool) -> tuple[list[str], np.ndarray | None] | None:
    """Return paths and labels that Keras made a data set of colour images from, or None."""
    import tensorflow as tf

    paths = getattr(dataset, "file_paths", None)
    shape = tf.nest.flatten(dataset.element_spec)[0].shape
    if not paths or shape.rank not in (3, 4) or shape[-1] == 1:
        return None
    # The data set shuffles pairs of path and label before it reads images. The pairs that Keras
    # listed are the earliest step with paths.
    step, listed = dataset, None
    while True:
        first = tf.nest.flatten(step.element_spec)[0]
        if first.dtype == tf.string and first.shape.rank == 0:
            listed = step
        former = step._inputs()
        if len(former) != 1:
            break
        step = former[0]
    if listed is None:
        return None
    found: list[str] = []
    labels: list[np.ndarray] = []
    for batch in listed.batch(1024).as_numpy_iterator():
        some = batch[0] if has_labels else batch
        found += map(os.fsdecode, some.tolist())
        if has_labels:
            labels.append(batch[1])
    if found != [os.fspath(path) for path in paths]:
        return None
    return found, np.concatenate(labels) if has_labels else None
