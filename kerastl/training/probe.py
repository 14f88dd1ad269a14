"""The head solved exactly: a regularised logistic regression on frozen features."""

from dataclasses import dataclass

import numpy as np

# Half-decade steps: between neighbours the cross-validated loss differs by less than
# its own spread on a few hundred examples.
_PENALTIES = np.logspace(-3, 2, 11)


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

    The penalty is chosen by stratified cross-validation on log-loss.

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
    chosen, loss = _choose_penalty(centred / scale, labels, seed)
    coefficients, intercept = _solve(centred / scale, labels, chosen)
    kernel = coefficients.T / scale
    return SolvedProbe(
        kernel=kernel.astype("float32"),
        bias=(intercept - centre @ kernel).astype("float32"),
        inverse_penalty=chosen,
        cross_validated=loss,
    )


def _choose_penalty(
    features: np.ndarray, labels: np.ndarray, seed: int
) -> tuple[float, float | None]:
    from sklearn.metrics import log_loss
    from sklearn.model_selection import StratifiedKFold

    folds = min(5, int(np.bincount(labels).min()))
    if folds < 2:
        return 1.0, None
    splitter = StratifiedKFold(folds, shuffle=True, random_state=seed)
    losses = np.zeros((folds, len(_PENALTIES)))
    for fold, (train, held_out) in enumerate(splitter.split(features, labels)):
        for column, penalty in enumerate(_PENALTIES):
            coefficients, intercept = _solve(features[train], labels[train], float(penalty))
            logits = features[held_out] @ coefficients.T + intercept
            logits -= logits.max(axis=1, keepdims=True)
            probabilities = np.exp(logits)
            probabilities /= probabilities.sum(axis=1, keepdims=True)
            losses[fold, column] = log_loss(
                labels[held_out], probabilities, labels=np.arange(probabilities.shape[1])
            )
    means = losses.mean(axis=0)
    best = int(means.argmin())
    return float(_PENALTIES[best]), float(means[best])


def _solve(
    features: np.ndarray, labels: np.ndarray, inverse_penalty: float
) -> tuple[np.ndarray, np.ndarray]:
    from sklearn.linear_model import LogisticRegression

    regression = LogisticRegression(C=inverse_penalty, max_iter=1000).fit(features, labels)
    coefficients, intercept = regression.coef_, regression.intercept_
    if len(coefficients) == 1:
        # Two classes: scikit-learn keeps the difference of logits; a softmax wants both.
        coefficients = np.concatenate([-coefficients, coefficients]) / 2
        intercept = np.concatenate([-intercept, intercept]) / 2
    return coefficients, intercept
