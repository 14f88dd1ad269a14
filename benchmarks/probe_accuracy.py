"""Test accuracy of a linear probe on features in arrays."""

from collections.abc import Sequence

import numpy as np

import kerastl as ktl
from kerastl.heads.standardized_features import StandardizedFeatures
from kerastl.training.criterion import Criterion
from kerastl.training.linear_probe.joined_features import JoinedFeatures


def probe_accuracy(
    criterion: Criterion,
    features: Sequence[np.ndarray],
    train: np.ndarray,
    test: np.ndarray,
    data: ktl.data.Dataset,
    seed: int,
) -> float:
    """Fit the linear probe on training rows and return its accuracy on test rows.

    Args:
        criterion: The criterion of the task.
        features: Pooled features, each of shape `(examples, width)`.
        train: Rows of the training split.
        test: Rows of the test split.
        data: The data set with these splits.
        seed: Seed of the folds.
    """
    layer = StandardizedFeatures()
    layer.build([(None, each.shape[1]) for each in features])
    joined = JoinedFeatures([[each[train] for each in features]])
    layer.fit(joined)
    centre, scale = np.asarray(layer.centre), np.asarray(layer.scale)
    probe = criterion.fit_probe(
        joined.standardized(centre, scale), data.train.labels, len(data.class_names), seed
    )
    rows = JoinedFeatures([[each[test] for each in features]], centre, scale)[:]
    return float(((rows @ probe.kernel + probe.bias).argmax(axis=1) == data.test.labels).mean())
