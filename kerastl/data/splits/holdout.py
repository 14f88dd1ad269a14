"""Hold out a validation split if a data set has none."""

import numpy as np

from kerastl.data.splits.dataset import Dataset
from kerastl.data.splits.splitting import split


def with_validation(data: Dataset, share: float = 0.2, seed: int = 0) -> Dataset:
    """Return the data set with a validation split; hold one out of training if it has none.

    Args:
        data: A labelled data set.
        share: Fraction of the training examples to hold out, stratified. Defaults to 0.2.
        seed: Seed of the split. Defaults to 0.

    Returns:
        The same data set if it has a validation split, else a new one.

    Raises:
        ValueError: If the training examples have no labels or belong to groups, or a class has
            only one example.
    """
    if data.validation is not None:
        return data
    if data.grouped:
        raise ValueError(
            "A validation split is needed, and these examples belong to groups that must not be "
            "divided. Pass `validation_split=0.2` when you load the data. "
            "Received: grouped data without a validation split"
        )
    if data.train.labels is None:
        raise ValueError(f"The training examples need labels. Received: {data.train!r}")
    parts = split(data.train.strata, data.train.strata_names, share, 0.0, seed)
    return Dataset(
        data.train.subset(np.flatnonzero(parts == 0)),
        data.train.subset(np.flatnonzero(parts == 1)),
        data.test,
        skipped=data.skipped,
        notes=[*data.notes, f"validation: {share:.0%} of the training examples, held out"],
        held_out=True,
    )
