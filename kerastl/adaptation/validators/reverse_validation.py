"""Whether what was predicted on the target leads back to the source's labels."""

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
    """Score a model by a reverse classifier, from target to source.

    A linear probe is solved on target features and the classes that the model predicts for
    them, and judged on labelled source: where predictions on the target are wrong, or classes
    lie elsewhere in its features, it fails (Zhong et al. 2010, "Cross validation framework to
    choose amongst models and datasets for transfer learning"; used to tune DANN by Ganin et al.
    2016). Features and predictions that are mistaken in the same consistent way, such as two
    classes exchanged with their features, go unnoticed.

    Args:
        source_features: Best of examples that were not trained on, shape
            `(source examples, features)`.
        source_labels: Their true classes, integers of shape `(source examples,)`.
        target_features: Shape `(target examples, features)`.
        target_predictions: Most probable classes, integers of shape `(target examples,)`.
        seed: Seed of the probe's folds. Defaults to 0.

    Returns:
        Accuracy of the reverse classifier on source: higher is better. A class that is never
        predicted for the target counts as mistaken.

    Raises:
        ValueError: If the features are no two matrices of one width, labels do not fit them, or
            a value is not finite.

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
