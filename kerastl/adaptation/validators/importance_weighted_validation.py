"""Loss on source examples, weighted to stand for the target."""

from typing import Any

import numpy as np

from kerastl.adaptation.domains.checked_arrays import checked_domains, checked_losses
from kerastl.adaptation.importance.density_ratio import density_ratio


def importance_weighted_validation(
    source_features: Any, target_features: Any, source_losses: Any, seed: int = 0
) -> float:
    """Score a model by its importance-weighted loss on held-out source examples.

    Source examples count by the ratio of target to source density, which makes their mean loss
    an estimate of the target's where labels depend on features alike in both (importance
    weighted cross-validation: Sugiyama, Krauledat and Müller 2007, "Covariate shift adaptation
    by importance weighted cross validation"). The sum is divided by that of the weights: models
    whose features differ then compare, since no scale of the weights enters. Where domains hardly
    overlap a few examples decide; `proxy_a_distance` near 2 says so.

    Args:
        source_features: Of source examples that were not trained on, shape
            `(source examples, features)`.
        target_features: Shape `(target examples, features)`.
        source_losses: Loss of each source example, shape `(source examples,)`.
        seed: Seed of the density ratio's folds. Defaults to 0.

    Returns:
        Minus the weighted mean loss, in the unit of the losses: higher is better.

    Raises:
        ValueError: If the features are no two matrices of one width, there is not one loss a
            source example, or a value is not finite.

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
