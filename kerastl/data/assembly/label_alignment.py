"""Labels of one data set in the numbering of another."""

from collections.abc import Sequence

import numpy as np

from kerastl.data.splits.split import Split


def align_labels(split: Split, class_names: Sequence[str]) -> np.ndarray:
    """Return a split's labels as indices into other class names.

    Args:
        split: Labelled examples.
        class_names: The classes that a model knows, in the order of its outputs.

    Returns:
        Integers of shape `(examples,)`.

    Raises:
        ValueError: If the split has no labels, or examples of a class that is not known.
    """
    if split.labels is None:
        raise ValueError(f"These examples have no labels to compare with. Received: {split!r}")
    if split.labels.ndim != 1:
        raise ValueError(
            "Classification takes examples with one class each; several labels, numbers and tags "
            f"have recipes of their own. Received: {split!r}"
        )
    index_of = {name: index for index, name in enumerate(class_names)}
    used = [split.class_names[label] for label in np.unique(split.labels)]
    unknown = [name for name in used if name not in index_of]
    if unknown:
        raise ValueError(
            "There are examples of classes that the model never saw; it knows "
            f"{', '.join(class_names)}. Received: {', '.join(unknown)}"
        )
    mapping = np.array([index_of.get(name, -1) for name in split.class_names])
    return np.asarray(mapping[split.labels])


def align_label_columns(split: Split, class_names: Sequence[str]) -> np.ndarray:
    """Return the labels of a split with several labels an example in other columns.

    Args:
        split: Labelled examples.
        class_names: The labels that a model knows, in the order of its outputs.

    Returns:
        0 and 1 of shape `(examples, len(class_names))`, float32; 0 for labels that the split does
        not know.

    Raises:
        ValueError: If the split has no labels, or examples with a label that is not known.
    """
    if split.labels is None:
        raise ValueError(f"These examples have no labels to compare with. Received: {split!r}")
    aligned = np.zeros((len(split), len(class_names)), np.float32)
    for name, column in zip(split.class_names, split.labels.T, strict=True):
        if name in class_names:
            aligned[:, list(class_names).index(name)] = column
        elif column.any():
            raise ValueError(
                "There are examples with a label that the model never saw; it knows "
                f"{', '.join(class_names)}. Received: {name}"
            )
    return aligned


def align_numbers(split: Split, names: Sequence[str]) -> np.ndarray:
    """Return the numbers of a split in another order of targets.

    Args:
        split: Examples with numbers.
        names: The targets that a model predicts, in the order of its outputs.

    Returns:
        Shape `(examples, len(names))`, float32.

    Raises:
        ValueError: If the split has no numbers, or lacks a target.
    """
    if split.labels is None:
        raise ValueError(f"These examples have no numbers to compare with. Received: {split!r}")
    missing = [name for name in names if name not in split.class_names]
    if missing:
        raise ValueError(
            f"The model predicts {', '.join(names)}, and these examples lack a number for each. "
            f"Received: no {', '.join(missing)} in {split!r}"
        )
    return np.asarray(split.labels[:, [split.class_names.index(name) for name in names]])
