"""Stratified folds that keep groups whole, and the sample of rows that is divided into them."""

import warnings

import numpy as np

# With more examples the chosen penalty changes by less than a step of the grid.
FOLDED_EXAMPLES = 5_000


def assign_folds(strata: np.ndarray, groups: np.ndarray, seed: int) -> np.ndarray | None:
    """Divide examples into at most 5 folds.

    Args:
        strata: Integers of shape `(examples,)`, such as labels. Each fold has every stratum in
            proportion if the stratum has enough groups.
        groups: Integers of shape `(examples,)`. Examples of a group have one stratum and stay in
            one fold.
        seed: Seed of the division.

    Returns:
        The fold of each example, or -1 for the only group of a stratum: if it were held out, the
        stratum would be missing in training. None if every stratum has only one group.
    """
    from sklearn.model_selection import StratifiedKFold

    _, first, place = np.unique(groups, return_index=True, return_inverse=True)
    _, own, counts = np.unique(strata[first], return_inverse=True, return_counts=True)
    folds = min(5, int(counts.max()))
    if folds < 2:
        return None
    splitter = StratifiedKFold(folds, shuffle=True, random_state=seed)
    divided = np.flatnonzero(counts[own] > 1)
    held_out = np.full(len(first), -1)
    with warnings.catch_warnings():
        # A stratum with fewer groups than folds is missing in some folds.
        warnings.filterwarnings("ignore", "The least populated class", UserWarning)
        for fold, (_, rows) in enumerate(splitter.split(divided, own[divided])):
            held_out[divided[rows]] = fold
    return held_out[place]


def sample_rows(strata: np.ndarray, groups: np.ndarray, seed: int) -> np.ndarray:
    """Draw at most about `FOLDED_EXAMPLES` rows on which a penalty is chosen.

    Args:
        strata: As for `assign_folds`. Each is drawn in proportion, but at least two of its groups,
            so that it can be divided into folds.
        groups: As for `assign_folds`. Groups stay whole.
        seed: Seed of the draw.

    Returns:
        Indices in ascending order.
    """
    members, first, place = np.unique(groups, return_index=True, return_inverse=True)
    share = FOLDED_EXAMPLES / len(strata)
    if share >= 1:
        return np.arange(len(strata))
    own = strata[first]
    generator = np.random.default_rng(seed)
    kept = np.zeros(len(members), bool)
    for stratum in np.unique(own):
        rows = generator.permutation(np.flatnonzero(own == stratum))
        kept[rows[: max(2, round(share * len(rows)))]] = True
    return np.flatnonzero(kept[place])
