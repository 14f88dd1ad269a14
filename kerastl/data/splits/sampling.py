"""A few examples that stand for many."""

import numpy as np

from kerastl.data.splits.split import Split


def stratified_sample(split: Split, limit: int, seed: int = 0) -> Split:
    """Take about so many examples, each class in proportion and none left out.

    Args:
        split: Labelled examples.
        limit: Largest number of examples; exceeded by one for each class that is too rare to
            have an example in proportion, which gets one all the same.
        seed: Seed of the choice.

    Returns:
        The split itself where it is small enough, else a part of it in its order.
    """
    if len(split) <= limit or split.labels is None:
        return split
    generator = np.random.default_rng(seed)
    chosen: list[int] = []
    strata = split.strata
    for stratum in np.unique(strata):
        members = np.flatnonzero(strata == stratum)
        count = max(1, int(limit * len(members) / len(split)))
        chosen.extend(generator.choice(members, count, replace=False).tolist())
    return split.subset(sorted(chosen))
