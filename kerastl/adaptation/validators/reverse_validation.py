"""The validator reverse validation: from target predictions back to source labels."""

from typing import Any

import numpy as np

from kerastl.adaptation.domains.checked_arrays import checked_domains, checked_labels
from kerastl.training.linear_probe.probe import fit_probe


def reverse_validation(
    source_features: Any,
    source_labels: Any,
    target_features: Any,
    target_predictions: Any,
    seed: int = 0,
) -> float:
    """Score a model by a classifier trained on its target predictions and tested on the source.

    The classifier is a linear probe. It is inaccurate if the predictions are wrong, or if classes
    have other features in the target than in the source (Zhong et al. 2010, "Cross validation
    framework to choose amongst models and datasets for transfer learning"; used to tune DANN by
    Ganin et al. 2016). It does not detect consistent errors, such as two classes that are swapped
    together with their features.

    Args:
        source_features: Features of source examples, preferably held-out ones, shape
            `(source examples, features)`.
        source_labels: Their true classes, integers of shape `(source examples,)`.
        target_features: Features of the target, shape `(target examples, features)`.
        target_predictions: Most probable classes, integers of shape `(target examples,)`.
        seed: Seed of the probe's folds. Defaults to 0.

    Returns:
        Accuracy of the classifier on the source; higher is better. Source examples of a class
        that is never predicted on the target count as errors.

    Raises:
        ValueError: If the features are not two matrices of the same width, labels do not match
            them, or a value is not finite.

    Example:

    >>> import numpy as np
    >>> source, labels = np.array([[0.0], [0.1], [1.0], [1.1]]), np.array([0, 0, 1, 1])
    >>> reverse_validation(source, labels, source + 0.05, labels)
    1.0
    >>> reverse_validation(source, labels, source + 0.05, 1 - labels)
    0.0
    """
    source, target = checked_domains(source_features, target_features)
    labels = checked_labels(source_labels, "source_labels", len(source))
    predictions = checked_labels(target_predictions, "target_predictions", len(target))
    predicted, numbers = np.unique(predictions, return_inverse=True)
    if len(predicted) == 1:
        return float(np.mean(labels == predicted[0]))
    probe = fit_probe(target, numbers, len(predicted), seed)
    reversed_ = predicted[(source @ probe.kernel + probe.bias).argmax(axis=1)]
    return float(np.mean(reversed_ == labels))
