"""Multinomial logistic regression on rows that are read in parts."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import numpy as np

from kerastl.basics.blas_threads import blas_threads

CHUNK = 4096  # rows
# Threads wait for each other at the end of every product. While other programs use the cores, this
# wait takes many times as long as a product of fewer multiplications does in one thread.
_WORTH_THREADS = 10**9


@dataclass(frozen=True)
class Rotation:
    """Axes along which features are uncorrelated, and the mean square along each.

    Attributes:
        axes: Orthonormal, shape `(features, coordinates)`; None if rows are in these coordinates
            already.
        curvature: Mean square along each, shape `(coordinates,)`.
    """

    axes: np.ndarray | None
    curvature: np.ndarray


@dataclass(frozen=True)
class Solution:
    """Coefficients of a multinomial logistic regression.

    Attributes:
        kernel: In the coordinates of the rotation, shape `(coordinates, classes)`.
        bias: Shape `(classes,)`.
    """

    kernel: np.ndarray
    bias: np.ndarray


def fit_multinomial(
    rows: Any,
    labels: np.ndarray,
    weights: np.ndarray,
    classes: int,
    inverse_penalty: float,
    rotation: Rotation,
    start: Solution | None = None,
    *,
    tolerance: float = 1e-8,
) -> Solution:
    """Minimise `C * sum(weights * log-loss) + |kernel|^2 / 2`, as scikit-learn does.

    The method is L-BFGS (Liu and Nocedal 1989) in coordinates of about equal curvature. While
    classes are separated poorly, the curvature of one class's loss along a coordinate is the
    coordinate's mean square divided by the number of classes. The scaling by it reduces hundreds
    of passes over the rows to tens.

    Args:
        rows: Float32, shape `(examples, features)`: an array, or an object whose slices are arrays.
        labels: Integers of shape `(examples,)`; or 0 and 1 of shape `(examples, classes)`, for
            one binary regression a class.
        weights: Factor on each example's loss, shape `(examples,)`.
        classes: Number of classes.
        inverse_penalty: C. Two classes are penalised as one difference of logits.
        rotation: The coordinates of the solution.
        start: First iterate. Defaults to 0.
        tolerance: The search ends when a step reduces the loss by a smaller share than this.
            Defaults to 1e-8.

    Returns:
        The solution.
    """
    from scipy.optimize import minimize

    total = float(weights.sum())
    pair = classes == 2 and labels.ndim == 1
    penalty = (2.0 if pair else 1.0) / (inverse_penalty * total)
    step = 1.0 / np.sqrt(rotation.curvature / classes + penalty)[:, None]
    bias_step = np.sqrt(classes)
    axes, size = rotation.axes, len(rotation.curvature) * classes
    shares = (weights / total).astype("float32")

    def unpacked(point: np.ndarray) -> Solution:
        kernel = step * point[:size].reshape(-1, classes)
        return Solution(kernel, bias_step * point[size:])

    def loss_and_gradient(point: np.ndarray) -> tuple[float, np.ndarray]:
        at = unpacked(point)
        kernel = at.kernel if axes is None else axes @ at.kernel
        loss, slope, bias_slope = _sums(rows, labels, shares, kernel, at.bias)
        if axes is not None:
            slope = axes.T @ slope
        loss += penalty / 2 * float(np.square(at.kernel).sum())
        slope += penalty * at.kernel
        return loss, np.concatenate([(step * slope).ravel(), bias_step * bias_slope])

    first = np.zeros(size + classes)
    if start is not None:
        first = np.concatenate([(start.kernel / step).ravel(), start.bias / bias_step])
    with product_threads(min(CHUNK, len(labels)) * size):
        found = minimize(
            loss_and_gradient,
            first,
            jac=True,
            method="L-BFGS-B",
            options={"maxiter": 1000, "ftol": tolerance, "gtol": np.sqrt(tolerance) / 10},
        )
    return unpacked(found.x)


def product_threads(multiplications: int) -> AbstractContextManager[Any]:
    """Use one BLAS thread inside a `with` block if products are too small to share.

    Args:
        multiplications: Scalar multiplications of one matrix product.

    Returns:
        A context manager.
    """
    return blas_threads(1 if multiplications < _WORTH_THREADS else None)


def log_losses(logits: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return the loss of each example in nats and overwrite `logits` with probabilities.

    Labels of shape `(examples, classes)` are 0 or 1 for each class of a multi-label problem; an
    example's loss is then the sum over classes.
    """
    if labels.ndim == 2:
        sums: np.ndarray = (np.logaddexp(0.0, logits) - labels * logits).sum(axis=1, dtype=float)
        logits[:] = 0.5 * (1.0 + np.tanh(0.5 * logits))
        return sums
    logits -= logits.max(axis=1, keepdims=True)
    own = logits[np.arange(len(labels)), labels].astype("float64")
    np.exp(logits, out=logits)
    totals = logits.sum(axis=1, keepdims=True)
    logits /= totals
    losses: np.ndarray = np.log(totals[:, 0].astype("float64")) - own
    return losses


def _sums(
    rows: Any, labels: np.ndarray, shares: np.ndarray, kernel: np.ndarray, bias: np.ndarray
) -> tuple[float, np.ndarray, np.ndarray]:
    """Return the weighted loss and its gradients, summed over all rows."""
    kernel, bias = kernel.astype("float32"), bias.astype("float32")
    loss = 0.0
    slope, bias_slope = np.zeros(kernel.shape), np.zeros(bias.shape)
    for start in range(0, len(labels), CHUNK):
        part = slice(start, start + CHUNK)
        given, wanted, share = rows[part], labels[part], shares[part]
        logits = given @ kernel
        logits += bias
        loss += float(log_losses(logits, wanted) @ share)
        if wanted.ndim == 2:
            logits -= wanted
        else:
            logits[np.arange(len(wanted)), wanted] -= 1.0
        logits *= share[:, None]
        slope += given.T @ logits
        bias_slope += logits.sum(axis=0)
    return loss, slope, bias_slope
