"""The mean of features that are numbers."""

from typing import Any

import numpy as np

_CHUNK = 4096  # examples
_NAMED = 5


def finite_mean(features: Any) -> np.ndarray:
    """Return the mean of the examples' features, float64.

    Args:
        features: Shape `(examples, features)`: an array, or what gives slices of one.

    Raises:
        ValueError: If features hold NaN or infinity, with how many examples do and which
            come first.
    """
    parts = [slice(start, start + _CHUNK) for start in range(0, len(features), _CHUNK)]
    mean = np.asarray(sum(features[part].sum(axis=0, dtype="float64") for part in parts))
    mean = mean / len(features)
    # One that is no number makes the mean none: only then are they looked for.
    if not np.isfinite(mean).all():
        finite = np.concatenate([np.isfinite(features[part]).all(axis=1) for part in parts])
        bad = np.flatnonzero(~finite)
        first = ", ".join(map(str, bad[:_NAMED])) + (", ..." if len(bad) > _NAMED else "")
        raise ValueError(
            "Features hold NaN or infinity: check the backbone's weights and precision. "
            f"Received: {len(bad)} of {len(features)} examples with such features, number {first}"
        )
    return mean
