"""What is demanded of features, predictions and labels before a figure is made of them."""

from typing import Any

import numpy as np

# Half-precision probabilities of many classes add up no more exactly than this.
_SUM_TOLERANCE = 1e-2


def checked_features(features: Any, name: str, at_least: int = 1) -> np.ndarray:
    """Return features as a matrix of floats, refusing what no figure can be made of.

    Args:
        features: Shape `(examples, features)`.
        name: The argument's name, for the error.
        at_least: Smallest number of examples. Defaults to 1.

    Returns:
        The features, float32, or float64 where they were.

    Raises:
        ValueError: If they are no matrix, too few, or not finite.
    """
    array = np.asarray(features)
    if array.ndim != 2 or len(array) < at_least or not array.shape[1]:
        raise ValueError(
            f"`{name}` is a matrix of at least {at_least} example(s) by one or more features: "
            f"flatten or pool what has more axes. Received: {name} of shape {array.shape}"
        )
    array = array.astype("float64" if array.dtype == "float64" else "float32", copy=False)
    _refuse_not_finite(array, name)
    return array


def checked_domains(
    source_features: Any, target_features: Any, at_least: int = 1
) -> tuple[np.ndarray, np.ndarray]:
    """Return the features of both domains, which must lie in one space.

    Args:
        source_features: Shape `(source examples, features)`.
        target_features: Shape `(target examples, features)`.
        at_least: Smallest number of examples of each. Defaults to 1.

    Returns:
        Both, as `checked_features` returns them.

    Raises:
        ValueError: If either is refused, or their numbers of features differ.
    """
    source = checked_features(source_features, "source_features", at_least)
    target = checked_features(target_features, "target_features", at_least)
    if source.shape[1] != target.shape[1]:
        raise ValueError(
            "Source and target must have the same features: take both from the same layer of "
            f"the same model. Received: source_features of shape {source.shape}, "
            f"target_features of shape {target.shape}"
        )
    return source, target


def checked_probabilities(probabilities: Any, name: str) -> np.ndarray:
    """Return predicted probabilities as float64.

    Args:
        probabilities: Shape `(examples, classes)`, two classes or more.
        name: The argument's name, for the error.

    Returns:
        The probabilities, rows summing to 1 exactly.

    Raises:
        ValueError: If the shape is another, a value is negative or not finite, or a row does
            not sum to 1.
    """
    array = np.asarray(probabilities, "float64")
    if array.ndim != 2 or not len(array) or array.shape[1] < 2:
        raise ValueError(
            f"`{name}` has one row an example and one column a class, at least two: give a "
            f"sigmoid's p as [1 - p, p]. Received: {name} of shape {array.shape}"
        )
    _refuse_not_finite(array, name)
    sums = array.sum(axis=1, keepdims=True)
    worst = sums[np.abs(sums - 1).argmax(), 0]
    if array.min() < 0 or abs(worst - 1) > _SUM_TOLERANCE:
        raise ValueError(
            f"Each row of `{name}` is a distribution over classes: turn logits into one by a "
            f"softmax. Received: a smallest value of {array.min():.4g}, a row with sum "
            f"{worst:.4g}"
        )
    scaled: np.ndarray = array / sums
    return scaled


def checked_labels(labels: Any, name: str, examples: int, classes: int | None = None) -> np.ndarray:
    """Return class numbers.

    Args:
        labels: Integers of shape `(examples,)`.
        name: The argument's name, for the error.
        examples: How many there must be.
        classes: Number of classes. Defaults to None: not known.

    Returns:
        The labels.

    Raises:
        ValueError: If they are no integers from 0 up, as many as there are examples.
    """
    array = np.asarray(labels)
    if array.shape != (examples,) or array.dtype.kind not in "iu":
        raise ValueError(
            f"`{name}` holds one class number an example: take argmax(axis=1) of one-hot rows "
            f"or probabilities. Received: {name} of shape {array.shape} and type {array.dtype} "
            f"for {examples} examples"
        )
    if array.min() < 0 or (classes is not None and array.max() >= classes):
        known = "0 up" if classes is None else f"0 to {classes - 1}"
        raise ValueError(
            f"`{name}` holds class numbers from {known}. "
            f"Received: {name} from {array.min()} to {array.max()}"
        )
    return array


def checked_losses(losses: Any, name: str, examples: int) -> np.ndarray:
    """Return losses as float64.

    Args:
        losses: Shape `(examples,)`.
        name: The argument's name, for the error.
        examples: How many there must be.

    Returns:
        The losses.

    Raises:
        ValueError: If there is not one finite loss an example.
    """
    array = np.asarray(losses, "float64")
    if array.shape != (examples,):
        raise ValueError(
            f"`{name}` holds one loss an example: build the loss with reduction=None. "
            f"Received: {name} of shape {array.shape} for {examples} examples"
        )
    _refuse_not_finite(array, name)
    return array


def _refuse_not_finite(array: np.ndarray, name: str) -> None:
    finite = np.isfinite(array)
    if not finite.all():
        rows = len(array) - int(finite.reshape(len(array), -1).all(axis=1).sum())
        raise ValueError(
            f"`{name}` holds NaN or infinity: the model that gave it has diverged, or its input "
            f"was not finite. Received: {rows} of {len(array)} such examples"
        )
