"""Convert the labels of a split to the class order of a model."""

from collections.abc import Sequence

import numpy as np

from kerastl.basics.printable import printable
from kerastl.data.splits.split import Split


def align_labels(split: Split, class_names: Sequence[str]) -> np.ndarray:
    """Convert class labels to the class order of a model.

    Args:
        split: Labelled examples with one class each.
        class_names: The classes of the model, in the order of its outputs.

    Returns:
        Integers of shape `(examples,)` that index `class_names`.

    Raises:
        ValueError: If the split has no labels, more than one label an example, labels outside its
            class names, or examples of a class that the model does not have.
    """
    if split.labels is None:
        raise ValueError(f"The split needs labels. Received: {split!r}")
    if split.labels.ndim != 1:
        raise ValueError(
            "Classification needs one class for each example: use the recipe of multi-label "
            f"classification, regression, token classification or detection. Received: {split!r}"
        )
    outside = np.flatnonzero((split.labels < 0) | (split.labels >= len(split.class_names)))
    if len(outside):
        # NumPy would count a negative label from the last class.
        raise ValueError(
            f"A label must be the position of a class, 0 to {len(split.class_names) - 1}. "
            f"Received: {split.labels[outside[0]]} for example {outside[0]}"
        )
    index_of = {name: index for index, name in enumerate(class_names)}
    used = [split.class_names[label] for label in np.unique(split.labels)]
    unknown = [name for name in used if name not in index_of]
    if unknown:
        raise ValueError(
            "There are examples of classes that the model does not have: remove them, or train "
            f"with them{_as_positions(unknown)}. The model has {_listed(class_names)}. "
            f"Received: {_listed(unknown)}"
        )
    mapping = np.array([index_of.get(name, -1) for name in split.class_names])
    return np.asarray(mapping[split.labels])


def align_label_columns(split: Split, class_names: Sequence[str]) -> np.ndarray:
    """Convert multi-label columns to the label order of a model.

    Args:
        split: Examples with any number of labels.
        class_names: The labels of the model, in the order of its outputs.

    Returns:
        float32 0 and 1 of shape `(examples, len(class_names))`. A label that the split does not
        have is 0.

    Raises:
        ValueError: If the split has no labels, or examples with a label that the model does not
            have.
    """
    if split.labels is None:
        raise ValueError(f"The split needs labels. Received: {split!r}")
    aligned = np.zeros((len(split), len(class_names)), np.float32)
    for name, column in zip(split.class_names, split.labels.T, strict=True):
        if name in class_names:
            aligned[:, list(class_names).index(name)] = column
        elif column.any():
            raise ValueError(
                "There are examples with a label that the model does not have: remove it, or train "
                f"with it{_as_positions([name])}. The model has {_listed(class_names)}. "
                f"Received: {printable(name)}"
            )
    return aligned


def align_numbers(split: Split, target_names: Sequence[str]) -> np.ndarray:
    """Convert the columns of numbers to the target order of a model.

    Args:
        split: Examples with numbers.
        target_names: The targets of the model, in the order of its outputs.

    Returns:
        float32 of shape `(examples, len(target_names))`.

    Raises:
        ValueError: If the split has no numbers, or lacks a target of the model.
    """
    if split.labels is None:
        raise ValueError(f"The split needs numbers. Received: {split!r}")
    known = split.class_names
    missing = [name for name in target_names if name not in known]
    if missing:
        raise ValueError(
            f"The split needs a column for each target of the model: {_listed(target_names)}. "
            f"Received: no {_listed(missing)} in {split!r}"
        )
    return np.asarray(split.labels[:, [known.index(name) for name in target_names]])


def _listed(names: Sequence[str]) -> str:
    return printable(", ".join(names))


def _as_positions(names: Sequence[str]) -> str:
    """Return what to do if integer labels were read without the names of the classes."""
    if not all(name.isdecimal() for name in names):
        return ""
    return ". If these are positions, read the data with `class_names=recipe.class_names`"
