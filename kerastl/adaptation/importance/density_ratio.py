"""Estimate the ratio of target to source density."""

from typing import Any

import numpy as np

from kerastl.adaptation.domains.checked_arrays import checked_domains
from kerastl.adaptation.importance.domain_classifier import held_out_log_odds


def density_ratio(source_features: Any, target_features: Any, seed: int = 0) -> np.ndarray:
    """Estimate the ratio of target to source density at each source example.

    By Bayes' rule the ratio equals the odds of a domain classifier on domains of equal size
    (Bickel, Brückner and Scheffer 2007, "Discriminative learning for differing training and
    test distributions"). The classifier is a cross-fitted logistic regression: each example is
    scored by a model that was not fitted on it. The penalty has the lowest held-out log-loss. The
    log-ratio is linear in the features. If the target is narrower than the source, weights are
    therefore too large at the far end.

    Args:
        source_features: Shape `(source examples, features)`, at least two examples.
        target_features: Shape `(target examples, features)`, at least two examples.
        seed: Seed of the folds. Defaults to 0.

    Returns:
        Weights above 0 of shape `(source examples,)`, float64. Their mean is about 1 if the
        domains overlap and far lower if they do not. In that case no weighting makes the source
        represent the target.

    Raises:
        ValueError: If the features are not two finite matrices of the same width.

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
