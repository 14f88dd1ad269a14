"""The head solved exactly: a regularised logistic regression on frozen features."""

from dataclasses import dataclass
from typing import Any

import numpy as np

# Half-decade steps: between neighbours the cross-validated loss differs by less than
# its own spread on a few hundred examples. From strong to weak: each solution starts the next.
_PENALTIES = np.logspace(-4, 2, 13)
# More examples than these move the chosen penalty by less than a step of the grid.
_FOLDED_EXAMPLES = 5_000


@dataclass(frozen=True)
class SolvedProbe:
    """A linear probe and how it was chosen.

    Attributes:
        kernel: Shape `(features, classes)`, float32.
        bias: Shape `(classes,)`, float32.
        inverse_penalty: scikit-learn's `C` on centred features of unit mean square.
        cross_validated: Mean log-loss in nats over the folds at that penalty, or None where
            a class is too small to be divided.
    """

    kernel: np.ndarray
    bias: np.ndarray
    inverse_penalty: float
    cross_validated: float | None


def solve_probe(features: np.ndarray, labels: np.ndarray, classes: int, seed: int) -> SolvedProbe:
    """Solve the multinomial logistic regression of labels on features.

    The penalty is chosen by stratified cross-validation on log-loss, on at most 5,000 examples.

    Args:
        features: Shape `(examples, features)`, any scale.
        labels: Integers of shape `(examples,)`; every class in `[0, classes)` occurs.
        classes: Number of classes.
        seed: Seed of the folds.

    Returns:
        The probe, for raw features.

    Raises:
        ValueError: If features are not finite.

    Example:

    >>> import numpy as np
    >>> x = np.array([[0.0], [0.1], [1.0], [1.1]])
    >>> solve_probe(x, np.array([0, 0, 1, 1]), 2, seed=0).kernel.shape
    (1, 2)
    """
    if not np.isfinite(features).all():
        bad = int((~np.isfinite(features).all(axis=1)).sum())
        raise ValueError(
            "Features hold NaN or infinity: check the backbone's weights and precision. "
            f"Received: {bad} of {len(features)} examples with such features"
        )
    centre = features.mean(axis=0, dtype="float64")
    centred = features - centre
    # One scale for all features keeps their relative sizes, which carry information in
    # pre-trained features, and makes the grid of penalties independent of the backbone.
    scale = float(np.sqrt((centred**2).mean())) or 1.0
    points, basis = _in_their_span(centred / scale)
    chosen, loss = _choose_penalty(points, labels, seed)
    coefficients, intercept = _solve(_regression(chosen), points, labels)
    if basis is not None:
        coefficients = coefficients @ basis
    kernel = coefficients.T / scale
    return SolvedProbe(
        kernel=kernel.astype("float32"),
        bias=(intercept - centre @ kernel).astype("float32"),
        inverse_penalty=chosen,
        cross_validated=loss,
    )


def _in_their_span(features: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
    """Give few points of many features in coordinates of the space they span.

    The penalised solution lies in that space (the representer theorem), and a turn of the
    axes changes no length: the solution is the same, at the cost of examples, not features.
    """
    if features.shape[1] <= len(features):
        return features, None
    left, sizes, basis = np.linalg.svd(features, full_matrices=False)
    return left * sizes, basis


def _choose_penalty(
    features: np.ndarray, labels: np.ndarray, seed: int
) -> tuple[float, float | None]:
    from sklearn.metrics import log_loss
    from sklearn.model_selection import StratifiedKFold

    folds = min(5, int(np.bincount(labels).min()))
    if folds < 2:
        return 1.0, None
    if len(labels) > _FOLDED_EXAMPLES:
        features, labels = _sample(features, labels, seed)
        folds = min(folds, int(np.bincount(labels).min()))
    splitter = StratifiedKFold(folds, shuffle=True, random_state=seed)
    losses = np.zeros((folds, len(_PENALTIES)))
    for fold, (train, held_out) in enumerate(splitter.split(features, labels)):
        regression = _regression(1.0)
        for column, penalty in enumerate(_PENALTIES):
            regression.set_params(C=float(penalty))
            coefficients, intercept = _solve(regression, features[train], labels[train])
            probabilities = _softmax(features[held_out] @ coefficients.T + intercept)
            losses[fold, column] = log_loss(
                labels[held_out], probabilities, labels=np.arange(probabilities.shape[1])
            )
    means = losses.mean(axis=0)
    best = int(means.argmin())
    return float(_PENALTIES[best]), float(means[best])


def _sample(features: np.ndarray, labels: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    from sklearn.model_selection import train_test_split

    # At least two of every class, or it could not be divided into folds.
    generator = np.random.default_rng(seed)
    rare = [generator.permutation(np.flatnonzero(labels == c))[:2] for c in np.unique(labels)]
    size = max(_FOLDED_EXAMPLES, len(rare))
    chosen, _ = train_test_split(
        np.arange(len(labels)), train_size=size, stratify=labels, random_state=seed
    )
    kept = np.union1d(chosen, np.concatenate(rare))
    return features[kept], labels[kept]


def _softmax(logits: np.ndarray) -> np.ndarray:
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: np.ndarray = odds / odds.sum(axis=1, keepdims=True)
    return shares


def _regression(inverse_penalty: float) -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=inverse_penalty, max_iter=1000, warm_start=True)


def _solve(
    regression: Any, features: np.ndarray, labels: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    regression.fit(features, labels)
    coefficients, intercept = regression.coef_, regression.intercept_
    if len(coefficients) == 1:
        # Two classes: scikit-learn keeps the difference of logits; a softmax wants both.
        coefficients = np.concatenate([-coefficients, coefficients]) / 2
        intercept = np.concatenate([-intercept, intercept]) / 2
    return coefficients, intercept
