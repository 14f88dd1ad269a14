"""The validator IWV: importance-weighted loss on source examples."""

from typing import Any

import numpy as np

from kerastl.adaptation.domains.checked_arrays import checked_domains, checked_losses
from kerastl.adaptation.importance.density_ratio import density_ratio


def importance_weighted_validation(
    source_features: Any, target_features: Any, source_losses: Any, seed: int = 0
) -> float:
    """Score a model by its importance-weighted loss on held-out source examples.

    The weights are ratios of target to source density. The weighted mean loss estimates the loss
    on the target if labels depend on features in the same way in both domains (importance
    weighted cross-validation: Sugiyama, Krauledat and Müller 2007, "Covariate shift adaptation
    by importance weighted cross validation"). The sum is divided by the sum of the weights, so
    that models with different features compare. If the domains hardly overlap
    (`proxy_a_distance` near 2), a few examples determine the score.

    Args:
        source_features: Features of held-out source examples, shape
            `(source examples, features)`.
        target_features: Features of the target, shape `(target examples, features)`.
        source_losses: Loss of each source example, shape `(source examples,)`.
        seed: Seed of the density ratio's folds. Defaults to 0.

    Returns:
        Minus the weighted mean loss, in the unit of the losses; higher is better.

    Raises:
        ValueError: If the features are not two matrices of the same width, there is not one loss
            per source example, or a value is not finite.

    Example:

    >>> import numpy as np
    >>> source = np.linspace(-1, 1, 200)[:, None]
    >>> good_on_target = importance_weighted_validation(source, source[100:], source[:, 0] < 0)
    >>> bad_on_target = importance_weighted_validation(source, source[100:], source[:, 0] > 0)
    >>> good_on_target > bad_on_target
    True
    """
    source, target = checked_domains(source_features, target_features, at_least=2)
    losses = checked_losses(source_losses, "source_losses", len(source))
    return -float(np.average(losses, weights=density_ratio(source, target, seed)))
