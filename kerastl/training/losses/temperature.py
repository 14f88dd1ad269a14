"""Temperature scaling: correct the confidence of predicted probabilities."""

import numpy as np

_LOWEST, _HIGHEST = 0.05, 20.0
_SMALLEST = 1e-12
# Standard deviation of the prior of the temperature's logarithm. Of a few dozen examples, their own
# noise would else choose the temperature; from some hundred on, the prior does not show.
_PRIOR = 1.0


def fit_temperature(probabilities: np.ndarray, labels: np.ndarray) -> float:
    """Fit the temperature by which logits are divided (Guo et al. 2017).

    The temperature minimises the log-loss of examples that the model has not been trained on
    ("On calibration of modern neural networks"). Two terms keep a small sample from deciding too
    much:

    - One more example counts as a mistake, with the most probable wrong class as its label. No
      error among 50 examples is no proof that there is none among 1,000 (Platt 1999 smooths
      labels for this reason). Without it, examples that are all right drive confidence to 1.
    - The temperature's logarithm has a normal prior around 0 with a standard deviation of 1.

    Args:
        probabilities: Shape `(examples, classes)`.
        labels: Class indices, shape `(examples,)`.

    Returns:
        The temperature, from 0.05 to 20. Above 1, the model is overconfident.

    Example:

    >>> import numpy as np
    >>> sure = np.tile([[0.99, 0.01]], (100, 1))
    >>> labels = np.arange(100) % 5 == 0  # a fifth is of the other class
    >>> temperature = fit_temperature(sure, labels.astype(int))
    >>> scale_probabilities(sure[:1], temperature).round(1).tolist()
    [[0.8, 0.2]]
    """
    from scipy.optimize import minimize_scalar

    if not len(labels):
        return 1.0
    logits = _logits(probabilities)
    rows = np.arange(len(labels))
    wrong = logits.copy()
    wrong[rows, labels] = -np.inf
    second = wrong.argmax(axis=1)

    def objective(logarithm: float) -> float:
        scaled = logits / np.exp(logarithm)
        normalizer = _normalizer(scaled)
        losses = normalizer - scaled[rows, labels]
        mistake = (normalizer - scaled[rows, second]).mean()
        return float(losses.sum() + mistake + logarithm**2 / (2 * _PRIOR**2))

    bounds = (np.log(_LOWEST), np.log(_HIGHEST))
    found = minimize_scalar(objective, bounds=bounds, method="bounded", options={"xatol": 1e-3})
    return float(np.exp(found.x))


def scale_probabilities(probabilities: np.ndarray, temperature: float) -> np.ndarray:
    """Return the probabilities after their logits were divided by a temperature.

    Args:
        probabilities: Shape `(..., classes)`.
        temperature: Above 0.

    Example:

    >>> import numpy as np
    >>> scale_probabilities(np.array([[0.8, 0.2]]), 2.0).round(3).tolist()
    [[0.667, 0.333]]
    """
    scaled = _logits(probabilities) / temperature
    return np.asarray(np.exp(scaled - _normalizer(scaled)[..., None]))


def _logits(probabilities: np.ndarray) -> np.ndarray:
    return np.log(np.maximum(probabilities.astype("float64"), _SMALLEST))


def _normalizer(logits: np.ndarray) -> np.ndarray:
    top = logits.max(axis=-1)
    return np.asarray(top + np.log(np.exp(logits - top[..., None]).sum(axis=-1)))
