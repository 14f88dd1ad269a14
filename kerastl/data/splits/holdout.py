"""A validation split for data that came without one."""

import numpy as np

from kerastl.data.splits.dataset import Dataset
from kerastl.data.splits.splitting import split as divide


def with_validation(data: Dataset, share: float = 0.2, seed: int = 0) -> Dataset:
    """Return data that has a validation split, taken from training where there was none.

    Args:
        data: Labelled examples.
        share: Part of the training examples to hold out, class by class. Defaults to 0.2.
        seed: Seed of the division.

    Returns:
        The same data set if it has a validation split, else a new one.

    Raises:
        ValueError: If training examples have no labels or belong to groups, or a class has
            one example.
    """
    if data.validation is not None:
        return data
    if data.grouped:
        raise ValueError(
            "A validation split is needed, and these examples belong to groups that must stay "
            "whole: give validation_split= where the data is read. "
            "Received: grouped data without a validation split"
        )
    if data.train.labels is None:
        raise ValueError(f"Training examples need labels. Received: {data.train!r}")
    parts = divide(data.train.strata, data.train.strata_names, share, 0.0, seed)
    return Dataset(
        data.train.subset(np.flatnonzero(parts == 0)),
        data.train.subset(np.flatnonzero(parts == 1)),
        data.test,
        skipped=data.skipped,
        notes=[*data.notes, f"validation: {share:.0%} of the training examples, held out"],
    )
