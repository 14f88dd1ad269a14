"""Accuracy and log-loss for tasks with one class for each example."""

import keras
import numpy as np


def label_metrics(probabilities: np.ndarray, labels: np.ndarray) -> dict[str, float]:
    """Return accuracy and mean log-loss in nats.

    Args:
        probabilities: Shape `(examples, classes)`.
        labels: Class indices, shape `(examples,)`.

    Example:

    >>> label_metrics(np.array([[0.8, 0.2], [0.6, 0.4]]), np.array([0, 1]))["accuracy"]
    0.5
    """
    right = probabilities[np.arange(len(labels)), labels]
    losses = -np.log(np.maximum(right, keras.config.epsilon()), dtype="float64")
    return {
        "accuracy": float((probabilities.argmax(axis=1) == labels).mean()),
        "loss": float(losses.mean()),
    }
