"""The validator ClassAMI: agreement of predictions with clusters of the target."""

from typing import Any

import numpy as np

from kerastl.adaptation.domains.checked_arrays import checked_features, checked_labels


def class_ami(
    target_features: Any, target_predictions: Any, seed: int = 0, classes: int | None = None
) -> float:
    """Score a model by the agreement of its predictions with clusters of the target.

    K-means divides the features into as many clusters as there are classes. The score is the
    adjusted mutual information of clusters and predicted classes (ClassAMI: Musgrave, Belongie
    and Lim 2022, "Three new validators and a large-scale benchmark ranking for unsupervised
    domain adaptation"). It does not show whether the clusters are the right classes.

    Args:
        target_features: Features of the target, shape `(examples, features)`.
        target_predictions: Most probable classes, integers of shape `(examples,)`.
        seed: Seed of k-means, which keeps the best of 3 starts. Defaults to 0.
        classes: Number of classes. Defaults to None: the number of classes among the predictions.
            Pass it if a model may predict some class for no example.

    Returns:
        The score; higher is better. It is 1 if clusters and classes are equal, about 0 if they
        are unrelated, and 0 if only one class is predicted.

    Raises:
        ValueError: If features or predictions are invalid, or there are fewer examples than
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
            "ClassAMI needs at least one example per class: pass more target examples. "
            f"Received: {len(features)} examples, {count} classes"
        )
    clusters = KMeans(count, n_init=3, random_state=seed).fit_predict(features)
    return float(adjusted_mutual_info_score(predictions, clusters))
