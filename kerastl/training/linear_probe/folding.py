"""Folds of examples, and the examples that are worth folding."""

import warnings

import numpy as np

# More examples than these move the chosen penalty by less than a step of the grid.
FOLDED_EXAMPLES = 5_000


def assign_folds(strata: np.ndarray, groups: np.ndarray, seed: int) -> np.ndarray | None:
    """Divide examples into at most 5 folds.

    Args:
        strata: Integers of shape `(examples,)` that each fold has in proportion, as far as a
            stratum has enough groups.
        groups: Integers of shape `(examples,)`; what is equal has one stratum and stays in one
            fold.
        seed: Seed of the division.

    Returns:
        The fold of each example; -1 for the only group of a stratum, which would be asked for
        without having been learnt. None where every stratum has one group only.
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
        # Of a stratum with fewer groups than folds, some folds have none.
        warnings.filterwarnings("ignore", "The least populated class", UserWarning)
        for fold, (_, rows) in enumerate(splitter.split(divided, own[divided])):
            held_out[divided[rows]] = fold
    return held_out[place]


def sample_rows(strata: np.ndarray, groups: np.ndarray, seed: int) -> np.ndarray:
    """Return the rows that choose a penalty, at most about `FOLDED_EXAMPLES`.

    Args:
        strata: As for `assign_folds`. Each is there in proportion, with two groups at least if
            it has them, or it could not be divided into folds.
        groups: As for `assign_folds`; they stay whole.
        seed: Seed of the choice.

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
