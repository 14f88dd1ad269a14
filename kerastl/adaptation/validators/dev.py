"""The validator DEV: importance-weighted source loss with reduced variance."""

from typing import Any

import numpy as np

from kerastl.adaptation.domains.checked_arrays import checked_domains, checked_losses
from kerastl.adaptation.importance.density_ratio import density_ratio


def dev(source_features: Any, target_features: Any, source_losses: Any, seed: int = 0) -> float:
    """Score a model by deep embedded validation.

    The score is the importance-weighted loss of held-out source examples, negated. The weights
    are a control variate: their expected value is 1, so the deviation of their sample mean
    corrects the loss, in proportion to the covariance of both (You et al. 2019, "Towards accurate
    model selection in deep unsupervised domain adaptation"). If the domains hardly overlap
    (`proxy_a_distance` near 2), the correction extrapolates and the score is meaningless.

    Args:
        source_features: Features of held-out source examples, shape
            `(source examples, features)`.
        target_features: Features of the target, shape `(target examples, features)`.
        source_losses: Loss of each source example, shape `(source examples,)`.
        seed: Seed of the density ratio's folds. Defaults to 0.

    Returns:
        Minus the estimated loss on the target, in the unit of the losses; higher is better.

    Raises:
        ValueError: If the features are not two matrices of the same width, there is not one loss
            per source example, or a value is not finite.

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
