"""Read a `tf.data.Dataset`, such as those of `keras.utils`."""

import os
from pathlib import Path
from typing import Any

import numpy as np

from kerastl.data.assembly.corrections import read_corrections
from kerastl.data.assembly.examples import Examples, assemble, take_images
from kerastl.data.assembly.listed_classes import ClassNames, ListedClasses
from kerastl.data.images.inspection import OnError
from kerastl.data.images.raw import read_raw
from kerastl.data.inputs.kinds import describe, is_tf_dataset
from kerastl.data.inputs.modality import modality_of
from kerastl.data.sources.tf_examples import TfExamples, read_tf_examples
from kerastl.data.splits.dataset import Dataset
from kerastl.data.splits.splitting import PARTS


def from_tf(
    dataset: Any,
    validation: Any = None,
    test: Any = None,
    *,
    class_names: ClassNames | None = None,
    validation_split: float = 0.0,
    test_split: float = 0.0,
    seed: int = 0,
    pixel_range: tuple[float, float] | None = None,
    corrections: str | os.PathLike[str] | None = None,
    on_error: OnError = "raise",
) -> Dataset:
    """Read `tf.data.Dataset`s of images or texts with labels, in batches or one by one.

    `keras.utils.image_dataset_from_directory` and `text_dataset_from_directory` return such data
    sets. Their class names are used. Colour images are read from their files, at the size of the
    recipe, in the order of their paths. All other examples are held in memory. The order of a data
    set that shuffles is replaced by one that is the same in every run.

    Args:
        dataset: The training examples; or a list of training and validation examples, as Keras
            returns with `subset="both"`.
        validation: The validation examples. Defaults to None.
        test: The test examples. Defaults to None.
        class_names: The names of integer or one-hot labels, in order. Defaults to those that Keras
            gave the data set, else to the labels as strings.
        validation_split: Fraction to hold out for validation. Defaults to 0.
        test_split: Fraction to hold out for testing. Defaults to 0.
        seed: Seed of the split. Defaults to 0.
        pixel_range: The values of black and white in images that are not read from files, such as
            `(0, 1)`. Defaults to `(0, 255)`.
        on_error: `"raise"` an error if image files are unreadable, or `"skip"` them and list them
            in `Dataset.skipped`. Defaults to `"raise"`.
        corrections: As for `kerastl.data.image_folder`. Defaults to None.


    Returns:
        The data set.

    Raises:
        ValueError: If a data set has no labels or is infinite, elements are not pairs, or examples
            are unusable.

    Example:
    ```python
    train, validation = keras.utils.image_dataset_from_directory(
        "trash", validation_split=0.2, subset="both", seed=0
    )
    data = kerastl.data.from_tf(train, validation)
    ```
    """
    if isinstance(dataset, list | tuple) and len(dataset) == 2 and validation is None:
        dataset, validation = dataset
    given = {
        part: source
        for part, source in zip(PARTS, (dataset, validation, test), strict=True)
        if source is not None or part == "train"
    }
    read = {part: _read(source) for part, source in given.items()}
    names = _class_names(list(read.values()), class_names)
    labels = [name for name_list in _labels(list(read.values()), names) for name in name_list]
    inputs = [each for one in read.values() for each in one.inputs]
    modality = modality_of(inputs)
    examples = Examples(modality, [], labels, class_names=names)
    if len(read) > 1:
        examples.parts = [part for part, one in read.items() for _ in one.inputs]
    if all(one.in_files for one in read.values()):
        examples.name = inputs.__getitem__
        take_images(examples, inputs, on_error, pixel_range)
    else:
        examples.inputs = read_raw(inputs, modality, pixel_range)
    examples.corrections = read_corrections(corrections)
    return assemble(examples, validation_split, test_split, seed)


def _read(dataset: Any) -> TfExamples:
    if not is_tf_dataset(dataset):
        raise ValueError(f"Every data set must be a tf.data.Dataset. Received: {describe(dataset)}")
    read = read_tf_examples(dataset).in_fixed_order()
    if read.labels is None:
        raise ValueError(
            "The tf.data.Dataset has no labels (`label_mode=None` in Keras): pass pairs of input "
            f"and label, or use `kerastl.data.unlabelled`. Received: {dataset.element_spec}"
        )
    return read


def _class_names(read: list[TfExamples], given: ClassNames | None) -> list[str] | None:
    if given is not None:
        return list(ListedClasses.of(given).names)
    named = [one.class_names for one in read if one.class_names is not None]
    for names in named:
        if names != named[0]:
            raise ValueError(
                "All data sets must have the same classes. "
                f"Received: {', '.join(named[0])} and {', '.join(names)}"
            )
    return named[0] if named else None


def _labels(read: list[TfExamples], names: list[str] | None) -> list[list[str]]:
    """Return the class name of every example of each data set."""
    plain = [_single_labels(np.asarray(one.labels), names) for one in read]
    if names is None or plain[0].dtype.kind not in "iu":
        return [[_text(label) for label in labels] for labels in plain]
    if all(_are_positions(one, labels, names) for one, labels in zip(read, plain, strict=True)):
        return [[names[label] for label in labels] for labels in plain]
    if all({str(label) for label in labels} <= set(names) for labels in plain):
        # With a list as `labels=`, Keras names the classes after the values of the labels.
        return [[str(label) for label in labels] for labels in plain]
    raise ValueError(
        "An integer label must be the position of its class. "
        f"Received: labels up to {max(int(labels.max()) for labels in plain)} and "
        f"{len(names)} class names"
    )


def _are_positions(one: TfExamples, labels: np.ndarray, names: list[str]) -> bool:
    if labels.min() < 0 or labels.max() >= len(names):
        return False
    if not one.in_files or not {str(label) for label in labels} <= set(names):
        return True
    # The names may be the values of the labels. If they are folders, the paths contain them.
    return all(
        names[label] in Path(path).parts[:-1]
        for path, label in zip(one.inputs, labels, strict=True)
    )


def _single_labels(labels: np.ndarray, names: list[str] | None) -> np.ndarray:
    """Convert one-hot and binary rows, and whole numbers as floats, to integers of shape (n,)."""
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = labels[:, 0]
    if labels.ndim == 2 and labels.dtype.kind in "biuf":
        one_hot = ((labels == 0) | (labels == 1)).all() and (labels.sum(axis=1) == 1).all()
        if not one_hot or (names is not None and len(names) != labels.shape[1]):
            raise ValueError(
                "A row of labels must have a single 1, and one column for each class: use "
                "`kerastl.data.multi_label` for several labels an example. "
                f"Received: labels of shape {labels.shape}, such as {labels[0].tolist()}"
                + ("" if names is None else f", and {len(names)} class names")
            )
        return labels.argmax(axis=1)
    if labels.ndim == 1 and labels.dtype.kind == "f":
        whole = labels.astype(np.int64)
        if (whole != labels).any():
            raise ValueError(
                "A label must be a class, not a number: use `kerastl.data.numbers` for a "
                f"regression. Received: {float(labels[whole != labels][0]):g}"
            )
        return whole
    if labels.ndim != 1:
        raise ValueError(
            "Every example needs one label of shape (), (1,) or (classes,). "
            f"Received: labels of shape {labels.shape}"
        )
    return labels


def _text(label: Any) -> str:
    return label.decode() if isinstance(label, bytes) else str(label)
