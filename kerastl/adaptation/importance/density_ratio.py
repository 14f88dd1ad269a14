"""How much more probable source examples are in the target domain."""

from typing import Any

import numpy as np

from kerastl.adaptation.domains.checked_arrays import checked_domains
from kerastl.adaptation.importance.domain_classifier import held_out_log_odds


def density_ratio(source_features: Any, target_features: Any, seed: int = 0) -> np.ndarray:
    """Estimate the density of target over that of source at every source example.

    By Bayes' rule it is the odds that a domain classifier gives, for domains of equal size
    (Bickel, Brückner and Scheffer 2007, "Discriminative learning for differing training and
    test distributions"). The classifier is a logistic regression, cross-fitted: it judges no
    example that it was fitted on, and its penalty is the one with the least held-out log-loss. The
    logarithm of its ratio is linear in the features: a target that is narrower than the source,
    not only elsewhere, leaves weights too large at the far end.

    Args:
        source_features: Shape `(source examples, features)`, at least two examples.
        target_features: Shape `(target examples, features)`, at least two examples.
        seed: Seed of the folds. Defaults to 0.

    Returns:
        Weights above 0 of shape `(source examples,)`, float64. Their mean is about 1 where the
        domains overlap, and far below where they do not: no weight then makes source stand for
        target.

    Raises:
        ValueError: If the features are no two matrices of one width, or not finite.

    Example:

    >>> import numpy as np
    >>> source = np.linspace(0, 1, 50)[:, None]
    >>> weights = density_ratio(source, source[20:])
    >>> bool(weights[45] > weights[5])
    True
    """
    source, target = checked_domains(source_features, target_features, at_least=2)
    log_odds, _ = held_out_log_odds(source, target, seed)
    ratio: np.ndarray = np.exp(log_odds)
    return ratio
