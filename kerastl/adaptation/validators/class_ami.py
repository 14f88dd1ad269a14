"""Whether predicted classes are clusters of the target's features."""

from typing import Any

import numpy as np

from kerastl.adaptation.domains.checked_arrays import checked_features, checked_labels


def class_ami(
    target_features: Any, target_predictions: Any, seed: int = 0, classes: int | None = None
) -> float:
    """Score a model by the agreement of its predictions with clusters of the target.

    Features are divided into as many clusters as there are classes by k-means, and compared
    with predicted classes by adjusted mutual information (ClassAMI: Musgrave, Belongie and Lim
    2022, "Three new validators and a large-scale benchmark ranking for unsupervised domain
    adaptation"). It asks that classes be clusters, not that they be the right ones.

    Args:
        target_features: Shape `(examples, features)`.
        target_predictions: Most probable classes, integers of shape `(examples,)`.
        seed: Seed of k-means, of which the best of 3 starts counts. Defaults to 0.
        classes: Number of classes. Defaults to None: those that are predicted for some example;
            give it where a model may leave one out.

    Returns:
        1 for equal partitions, about 0 for unrelated ones, 0 where one class is predicted for
        all: higher is better.

    Raises:
        ValueError: If features or predictions are refused, or there are fewer examples than
            classes.

    Example:

    >>> features = [[0.0], [0.1], [5.0], [5.1]]
    >>> round(class_ami(features, [0, 0, 1, 1]), 4)
    1.0
    """
    from sklearn.cluster import KMeans
    from sklearn.metrics import adjusted_mutual_info_score

    features = checked_features(target_features, "target_features")
    predictions = checked_labels(target_predictions, "target_predictions", len(features), classes)
    predicted = len(np.unique(predictions))
    if predicted == 1:
        return 0.0
    count = classes or predicted
    if len(features) < count:
        raise ValueError(
            "Clusters need at least one example each: give more of the target. "
            f"Received: {len(features)} examples, {count} classes"
        )
    clusters = KMeans(count, n_init=3, random_state=seed).fit_predict(features)
    return float(adjusted_mutual_info_score(predictions, clusters))
