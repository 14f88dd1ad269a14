"""LogME: how well features predict labels, estimated without training a head."""

import numpy as np

_STEPS = 100
# Relative change of the ratio of both precisions; the evidence is flat at its maximum.
_TOLERANCE = 1e-5


def log_me(features: np.ndarray, labels: np.ndarray) -> float:
    """Compute LogME (You et al. 2021, "LogME: Practical Assessment of Pre-trained Models").

    For each class a Bayesian linear regression predicts 1 for its examples and 0 for others. The
    result is the log-evidence per example at the best precisions of noise and weights,
    averaged over the classes. Higher is better. Values are comparable only between features of the
    same examples.

    Args:
        features: Shape `(examples, features)`.
        labels: Integers of shape `(examples,)`.

    Returns:
        The mean log-evidence in nats an example.

    Raises:
        ValueError: If there are fewer than two classes, or features are not finite.

    Example:

    >>> import numpy as np
    >>> labels = np.arange(40) % 2
    >>> noise = np.random.default_rng(0).normal(size=(40, 3))
    >>> log_me(np.column_stack([noise, labels]), labels) > log_me(noise, labels)
    True
    """
    features = np.asarray(features, "float64")
    classes = np.unique(labels)
    if len(classes) < 2 or not np.isfinite(features).all():
        raise ValueError(
            "LogME needs at least two classes and finite features. "
            f"Received: {len(classes)} classes, {int((~np.isfinite(features)).sum())} values that "
            "are not finite"
        )
    targets = (labels[:, None] == classes).astype("float64")
    squares, projected = _spectrum(features, targets)
    outside = np.maximum(np.square(targets).sum(axis=0) - projected.sum(axis=0), 0.0)
    evidence = [
        _evidence(squares, projected[:, number], float(outside[number]), len(labels))
        for number in range(len(classes))
    ]
    return float(np.mean(evidence))


def _spectrum(features: np.ndarray, targets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return squared singular values and the squared projections of targets on their directions."""
    count, width = features.shape
    if width <= count:
        squares, axes = np.linalg.eigh(features.T @ features)
        along = axes.T @ (features.T @ targets)
    else:
        squares, axes = np.linalg.eigh(features @ features.T)
        along = axes.T @ targets
    kept = squares > squares[-1] * max(count, width) * np.finfo("float64").eps
    squares, projected = squares[kept], np.square(along[kept])
    return squares, projected / squares[:, None] if width <= count else projected


def _evidence(squares: np.ndarray, projected: np.ndarray, outside: float, count: int) -> float:
    """Maximise one regression's evidence by the fixed point of MacKay (1992)."""
    weights, noise = 1.0, 1.0  # precisions
    ratio = 1.0
    tiny = float(np.finfo("float64").tiny)
    for _ in range(_STEPS):
        spread = weights + noise * squares
        effective = float((noise * squares / spread).sum())
        size, error = _solution(squares, projected, outside, weights, noise)
        weights = effective / max(size, tiny)
        noise = (count - effective) / max(error, tiny)
        before, ratio = ratio, weights / noise
        if abs(ratio - before) <= _TOLERANCE * before:
            break
    size, error = _solution(squares, projected, outside, weights, noise)
    log_evidence = (
        count * np.log(noise / (2 * np.pi))
        + len(squares) * np.log(weights)
        - noise * error
        - weights * size
        - np.log(weights + noise * squares).sum()
    )
    return float(log_evidence / 2 / count)


def _solution(
    squares: np.ndarray, projected: np.ndarray, outside: float, weights: float, noise: float
) -> tuple[float, float]:
    """Return the squared length of the best weights, and their squared error."""
    spread = weights + noise * squares
    size = float((noise**2 * squares * projected / spread**2).sum())
    return size, float((np.square(weights / spread) * projected).sum()) + outside
