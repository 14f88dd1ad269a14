"""Logistic regression by scikit-learn, for one penalty and rows in memory."""

import numpy as np

from kerastl.training.linear_probe.multinomial import Solution, product_threads

# The gradient of the mean loss: the objective is then within 1e-6 nats an example of its least.
_TOLERANCE = 1e-5


def fit_in_memory(
    rows: np.ndarray, labels: np.ndarray, weights: np.ndarray, classes: int, inverse_penalty: float
) -> Solution:
    """Minimise the loss of `fit_multinomial` with scikit-learn's `LogisticRegression`.

    One solution is found faster so. Many solutions on the same rows are found faster by
    `fit_multinomial`, which needs the rows' uncorrelated coordinates first
    (`benchmarks/linear_probe_solver.py`).

    Args:
        rows: Float32, shape `(examples, features)`.
        labels: Integers of shape `(examples,)`; every class in `[0, classes)` occurs.
        weights: Factor on each example's loss, shape `(examples,)`.
        classes: Number of classes, at least 2.
        inverse_penalty: C.

    Returns:
        The solution, one column of logits a class.
    """
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=inverse_penalty, tol=_TOLERANCE, max_iter=1000)
    with product_threads(rows.size * classes):
        model.fit(rows, labels, sample_weight=weights)
    kernel, bias = model.coef_.T.astype("float64"), model.intercept_.astype("float64")
    if classes == 2:  # scikit-learn has the difference of both logits
        return Solution(np.hstack([-kernel, kernel]) / 2, np.append(-bias, bias) / 2)
    return Solution(kernel, bias)
