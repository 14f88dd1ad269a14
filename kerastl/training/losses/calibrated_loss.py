"""The log-loss after temperature scaling."""

import numpy as np

from kerastl.training.losses.temperature import fit_temperature, scale_probabilities


def calibrated_losses(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return the log-loss of each example after temperature scaling.

    One temperature is fitted for all examples, as `fit` does for the trained model. Accuracy on a
    hundred examples is too coarse to compare two models. Plain log-loss rises as a model becomes
    overconfident, even while its ranking of classes improves. Dividing logits by a temperature
    corrects confidence without changing any predicted class (Guo et al. 2017, "On calibration of
    modern neural networks").

    Args:
        probabilities: Shape `(examples, classes)`.
        labels: Class indices, shape `(examples,)`.

    Returns:
        Nats, shape `(examples,)`.

    Example:

    >>> import numpy as np
    >>> sure = np.tile([[0.999, 0.001]], (1000, 1))
    >>> calibrated_losses(sure, np.arange(1000) % 2).mean().round(2)
    np.float64(0.71)
    """
    scaled = scale_probabilities(probabilities, fit_temperature(probabilities, labels))
    return np.asarray(-np.log(scaled[np.arange(len(labels)), labels]))
