"""The proxy A-distance of two domains."""

from typing import Any

import numpy as np

from kerastl.adaptation.domains.checked_arrays import checked_domains
from kerastl.adaptation.importance.domain_classifier import held_out_log_odds
from kerastl.basics.arguments import check_count


def proxy_a_distance(
    source_features: Any, target_features: Any, seed: int = 0, max_examples: int = 1000
) -> float:
    """Measure how well a linear classifier separates two domains, as 2 * (1 - 2 * error).

    The classifier is a penalised logistic regression. Its error is the mean of the
    cross-validated error rates on both domains, so the size of a domain does not matter
    (Ben-David et al. 2007, "Analysis of representations for domain adaptation"). An error above
    one half is due to chance and counts as one half.

    Args:
        source_features: Shape `(source examples, features)`, at least two examples.
        target_features: Shape `(target examples, features)`, at least two examples.
        seed: Seed of the sample and of the folds. Defaults to 0.
        max_examples: Largest number of examples sampled from each domain, at least 2. Defaults to
            1,000, which gives a standard error of about 0.05.

    Returns:
        The distance: 0 if the classifier is at chance, 2 if it makes no error.

    Raises:
        ValueError: If the features are not two finite matrices of the same width, or
            `max_examples` is below 2.

    Example:

    >>> import numpy as np
    >>> source = np.random.default_rng(0).normal(size=(100, 3))
    >>> proxy_a_distance(source, source + 20.0)
    2.0
    """
    check_count("max_examples", max_examples, at_least=2)
    domains = checked_domains(source_features, target_features, at_least=2)
    generator = np.random.default_rng(seed)
    source, target = (_sample(domain, max_examples, generator) for domain in domains)
    source_odds, target_odds = held_out_log_odds(source, target, seed)
    error = (np.mean(source_odds > 0) + np.mean(target_odds <= 0)) / 2
    return max(0.0, float(2 * (1 - 2 * error)))


def _sample(domain: np.ndarray, limit: int, generator: np.random.Generator) -> np.ndarray:
    if len(domain) <= limit:
        return domain
    chosen: np.ndarray = domain[generator.choice(len(domain), limit, replace=False)]
    return chosen
