"""Draw a stratified sample of a split."""

import numpy as np

from kerastl.data.splits.split import Split


def stratified_sample(split: Split, limit: int, seed: int = 0) -> Split:
    """Draw a sample with every stratum (class) in proportion and at least one example of each.

    Args:
        split: Labelled examples.
        limit: Largest number of examples. It is exceeded by one for each class so rare that its
            share rounds to none.
        seed: Seed of the sample. Defaults to 0.

    Returns:
        The split itself if it has at most `limit` examples or no labels; otherwise the sample, in
        the order of the split.
    """
    if len(split) <= limit or split.labels is None:
        return split
    return split.subset(stratified_rows(split.strata, limit, seed))


def stratified_rows(strata: np.ndarray, limit: int, seed: int = 0) -> np.ndarray:
    """Draw rows with every stratum in proportion and at least one row of each.

    Args:
        strata: Integers of shape `(examples,)`.
        limit: As for `stratified_sample`.
        seed: Seed of the sample. Defaults to 0.

    Returns:
        Row numbers, ascending; all rows if there are at most `limit`.

    Example:

    >>> stratified_rows(np.array([0, 0, 0, 0, 1, 1]), 3).shape
    (3,)
    """
    if len(strata) <= limit:
        return np.arange(len(strata))
    generator = np.random.default_rng(seed)
    chosen: list[int] = []
    for stratum in np.unique(strata):
        members = np.flatnonzero(strata == stratum)
        count = max(1, int(limit * len(members) / len(strata)))
        chosen.extend(generator.choice(members, count, replace=False).tolist())
    return np.array(sorted(chosen), np.int64)
