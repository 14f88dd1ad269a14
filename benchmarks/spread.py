"""Format metrics over seeds for tables."""

from collections.abc import Sequence

import numpy as np


def spread(values: Sequence[float] | np.ndarray) -> str:
    """Write mean and sample standard deviation; one value has none, and no value is no text."""
    if not len(values):
        return ""
    deviation = f" ± {np.std(values, ddof=1):.3f}" if len(values) > 1 else ""
    return f"{np.mean(values):.3f}{deviation}"
