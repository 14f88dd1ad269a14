"""Labels of one data set in the numbering of another."""

from collections.abc import Sequence

import numpy as np

from kerastl.data.split import Split


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
