"""Features that are numbers."""

from typing import Any

import numpy as np

_CHUNK = 4096  # examples
_NAMED = 5


def check_finite(features: Any) -> None:
    """Refuse features that hold NaN or infinity.

    Args:
        features: Shape `(examples, features)`: an array, or what gives slices of one.

    Raises:
        ValueError: With how many examples have such features, and which come first.
    """
    bad: list[int] = []
    for start in range(0, len(features), _CHUNK):
        finite = np.isfinite(features[start : start + _CHUNK]).all(axis=1)
        bad += (start + np.flatnonzero(~finite)).tolist()
    if bad:
        first = ", ".join(map(str, bad[:_NAMED])) + (", ..." if len(bad) > _NAMED else "")
        raise ValueError(
            "Features hold NaN or infinity: check the backbone's weights and precision. "
            f"Received: {len(bad)} of {len(features)} examples with such features, number {first}"
        )
