"""Weighted loss on source examples, its variance reduced."""

from typing import Any

import numpy as np

from kerastl.adaptation.domains.checked_arrays import checked_domains, checked_losses
from kerastl.adaptation.importance.density_ratio import density_ratio


def dev(source_features: Any, target_features: Any, source_losses: Any, seed: int = 0) -> float:
    """Score a model by deep embedded validation.

    The importance-weighted loss of held-out source examples on the model's own features, with
    the weights as control variate: their mean is known to be 1, so what the sample misses of it
    corrects the loss by as much as the two vary together (You et al. 2019, "Towards accurate
    model selection in deep unsupervised domain adaptation"). Where domains hardly overlap the
    correction extrapolates, and the figure can be any; `proxy_a_distance` near 2 says so.

    Args:
        source_features: Of source examples that were not trained on, shape
            `(source examples, features)`.
        target_features: Shape `(target examples, features)`.
        source_losses: Loss of each source example, shape `(source examples,)`.
        seed: Seed of the density ratio's folds. Defaults to 0.

    Returns:
        Minus the estimated loss on the target, in the unit of the losses: higher is better.

    Raises:
        ValueError: If the features are no two matrices of one width, there is not one loss a
            source example, or a value is not finite.

    Example:

    >>> import numpy as np
    >>> source = np.linspace(-1, 1, 200)[:, None]
    >>> good_on_target = dev(source, source[100:], source[:, 0] < 0)
    >>> good_on_target > dev(source, source[100:], source[:, 0] > 0)
    True
    """
    source, target = checked_domains(source_features, target_features, at_least=2)
    losses = checked_losses(source_losses, "source_losses", len(source))
    weights = density_ratio(source, target, seed)
    weighted = weights * losses
    variance = weights.var()
    slope = np.mean((weighted - weighted.mean()) * (weights - weights.mean())) / (variance or 1.0)
    return -float(weighted.mean() - slope * (weights.mean() - 1.0))
