"""Folds of examples, and the examples that are worth folding."""

import numpy as np

# More examples than these move the chosen penalty by less than a step of the grid.
FOLDED_EXAMPLES = 5_000


def assign_folds(strata: np.ndarray, groups: np.ndarray, seed: int) -> np.ndarray | None:
    """Divide examples into at most 5 folds.

    Args:
        strata: Integers of shape `(examples,)` that each fold has in proportion.
        groups: Integers of shape `(examples,)`; what is equal has one stratum and stays in one
            fold.
        seed: Seed of the division.

    Returns:
        The fold of each example, or None where a stratum has one group only.
    """
    from sklearn.model_selection import StratifiedKFold

    members, first, place = np.unique(groups, return_index=True, return_inverse=True)
    folds = min(5, int(np.unique(strata[first], return_counts=True)[1].min()))
    if folds < 2:
        return None
    splitter = StratifiedKFold(folds, shuffle=True, random_state=seed)
    held_out = np.empty(len(members), int)
    for fold, (_, rows) in enumerate(splitter.split(first, strata[first])):
        held_out[rows] = fold
    return held_out[place]


def sample_rows(strata: np.ndarray, groups: np.ndarray, seed: int) -> np.ndarray:
    """Return the rows that choose a penalty, at most about `FOLDED_EXAMPLES`.

    Args:
        strata: As for `assign_folds`.
        groups: As for `assign_folds`; they stay whole.
        seed: Seed of the choice.

    Returns:
        Indices in ascending order.
    """
    from sklearn.model_selection import train_test_split

    members, first, place = np.unique(groups, return_index=True, return_inverse=True)
    size = FOLDED_EXAMPLES * len(members) // len(strata)
    if size >= len(members):
        return np.arange(len(strata))
    # At least two of every stratum, or it could not be divided into folds.
    own = strata[first]
    generator = np.random.default_rng(seed)
    rare = [generator.permutation(np.flatnonzero(own == c))[:2] for c in np.unique(own)]
    chosen, _ = train_test_split(
        np.arange(len(own)), train_size=max(size, len(rare)), stratify=own, random_state=seed
    )
    kept = np.zeros(len(own), bool)
    kept[np.concatenate([chosen, *rare])] = True
    return np.flatnonzero(kept[place])
