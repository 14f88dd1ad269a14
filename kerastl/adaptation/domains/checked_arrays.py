"""Checks of features, predictions, labels and losses that are passed as arrays."""

from typing import Any

import numpy as np

# The sum of many half-precision probabilities is off by up to this much.
_SUM_TOLERANCE = 1e-2


def checked_features(features: Any, name: str, at_least: int = 1) -> np.ndarray:
    """Check a feature matrix and return it as floats.

    Args:
        features: Shape `(examples, features)`.
        name: Name of the argument, for the error.
        at_least: Smallest number of examples. Defaults to 1.

    Returns:
        The features, float64 if they were float64, else float32.

    Raises:
        ValueError: If they are not a matrix, too few, or not finite.
    """
    array = np.asarray(features)
    if array.ndim != 2 or len(array) < at_least or not array.shape[1]:
        raise ValueError(
            f"`{name}` must have shape (examples, features), with at least {at_least} example(s) "
            "and 1 feature: flatten or pool features with more axes. "
            f"Received: {name} of shape {array.shape}"
        )
    array = array.astype("float64" if array.dtype == "float64" else "float32", copy=False)
    _refuse_not_finite(array, name)
    return array


def checked_domains(
    source_features: Any, target_features: Any, at_least: int = 1
) -> tuple[np.ndarray, np.ndarray]:
    """Check that source and target features are matrices of the same width.

    Args:
        source_features: Shape `(source examples, features)`.
        target_features: Shape `(target examples, features)`.
        at_least: Smallest number of examples of each. Defaults to 1.

    Returns:
        Both, as `checked_features` returns them.

    Raises:
        ValueError: If `checked_features` refuses either, or their numbers of features differ.
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
    """Check predicted probabilities and return them as float64.

    Args:
        probabilities: Shape `(examples, classes)`, at least two classes.
        name: Name of the argument, for the error.

    Returns:
        The probabilities, scaled so that each row sums to 1.

    Raises:
        ValueError: If the shape is wrong, a value is negative or not finite, or a row does not
            sum to about 1.
    """
    array = np.asarray(probabilities, "float64")
    if array.ndim != 2 or not len(array) or array.shape[1] < 2:
        raise ValueError(
            f"`{name}` must have shape (examples, classes), with at least two classes: pass the "
            f"output p of a sigmoid as [1 - p, p]. Received: {name} of shape {array.shape}"
        )
    _refuse_not_finite(array, name)
    sums = array.sum(axis=1, keepdims=True)
    worst = sums[np.abs(sums - 1).argmax(), 0]
    if array.min() < 0 or abs(worst - 1) > _SUM_TOLERANCE:
        raise ValueError(
            f"Each row of `{name}` must be a distribution over classes: apply a softmax to "
            f"logits. Received: a smallest value of {array.min():.4g}, a row with sum "
            f"{worst:.4g}"
        )
    scaled: np.ndarray = array / sums
    return scaled


def checked_labels(labels: Any, name: str, examples: int, classes: int | None = None) -> np.ndarray:
    """Check class numbers and return them as an array.

    Args:
        labels: Integers of shape `(examples,)`.
        name: Name of the argument, for the error.
        examples: Number of examples.
        classes: Number of classes. Defaults to None: unknown.

    Returns:
        The labels.

    Raises:
        ValueError: If there is not one integer of at least 0, and below `classes`, per example.
    """
    array = np.asarray(labels)
    if array.shape != (examples,) or array.dtype.kind not in "iu":
        raise ValueError(
            f"`{name}` must hold one integer class number per example: use argmax(axis=1) on "
            f"one-hot rows or probabilities. Received: {name} of shape {array.shape} and type "
            f"{array.dtype} for {examples} examples"
        )
    if array.min() < 0 or (classes is not None and array.max() >= classes):
        known = "of at least 0" if classes is None else f"from 0 to {classes - 1}"
        raise ValueError(
            f"`{name}` must hold class numbers {known}. "
            f"Received: {name} from {array.min()} to {array.max()}"
        )
    return array


def checked_losses(losses: Any, name: str, examples: int) -> np.ndarray:
    """Check losses and return them as float64.

    Args:
        losses: Shape `(examples,)`.
        name: Name of the argument, for the error.
        examples: Number of examples.

    Returns:
        The losses.

    Raises:
        ValueError: If there is not one finite loss per example.
    """
    array = np.asarray(losses, "float64")
    if array.shape != (examples,):
        raise ValueError(
            f"`{name}` must hold one loss per example: create the Keras loss with "
            f"reduction=None. Received: {name} of shape {array.shape} for {examples} examples"
        )
    _refuse_not_finite(array, name)
    return array


def _refuse_not_finite(array: np.ndarray, name: str) -> None:
    finite = np.isfinite(array)
    if not finite.all():
        rows = len(array) - int(finite.reshape(len(array), -1).all(axis=1).sum())
        raise ValueError(
            f"`{name}` contains NaN or infinity: the model has diverged, or its inputs were not "
            f"finite. Received: {rows} of {len(array)} such examples"
        )
