"""Mean of features, with an error for NaN and infinity."""

from typing import Any

import numpy as np

_CHUNK = 4096  # examples
_NAMED = 5


def finite_mean(features: Any, weights: np.ndarray | None = None) -> np.ndarray:
    """Return the mean of features over examples, float64 of shape `(features,)`.

    Args:
        features: Shape `(examples, features)`: an array, or an object whose slices are arrays.
        weights: Weight of each example, shape `(examples,)`. Defaults to None: 1 for each.

    Raises:
        ValueError: If a feature is NaN or infinite. The message gives the number of such examples
            and the first ones.
    """
    parts = [slice(start, start + _CHUNK) for start in range(0, len(features), _CHUNK)]
    if weights is None:
        sums = (features[part].sum(axis=0, dtype="float64") for part in parts)
    else:
        sums = (weights[part] @ features[part].astype("float64") for part in parts)
    mean = np.asarray(sum(sums)) / (len(features) if weights is None else weights.sum())
    # One NaN or infinity shows in the mean, so the examples are searched only then.
    if not np.isfinite(mean).all():
        finite = np.concatenate([np.isfinite(features[part]).all(axis=1) for part in parts])
        bad = np.flatnonzero(~finite)
        first = ", ".join(map(str, bad[:_NAMED])) + (", ..." if len(bad) > _NAMED else "")
        raise ValueError(
            "Features contain NaN or infinity: check the backbone's weights and precision. "
            f"Received: {len(bad)} of {len(features)} examples with such features, number {first}"
        )
    return mean
