"""The last step of every source whose examples have numbers."""

from collections.abc import Sequence

import numpy as np

from kerastl.data.assembly.examples import Examples, check_examples, divide_examples
from kerastl.data.splits.dataset import Dataset
from kerastl.data.splits.number_split import NumberSplit


def assemble_numbers(
    examples: Examples,
    names: Sequence[str],
    validation_split: float,
    test_split: float,
    seed: int,
) -> Dataset:
    """Check examples with numbers and divide them.

    Args:
        examples: What a source has read; `labels` has one row of numbers for each.
        names: What the numbers are.
        validation_split: The share to hold out for validation.
        test_split: The share to hold out for testing.
        seed: Chooses the split.

    Returns:
        The data set; its splits are `NumberSplit`s.

    Raises:
        ValueError: If a number is missing, infinite or no number, a target is the same for all
            training examples, or there is one example in all.
    """
    parts = check_examples(examples, validation_split, test_split)
    if not names or len(set(names)) < len(names):
        raise ValueError(f"Every target has a name of its own. Received: {list(names)!r}")
    rows = [_numbers(row, names, examples.name(i)) for i, row in enumerate(examples.labels)]
    whole = NumberSplit(examples.modality, examples.inputs, np.array(rows), names)
    if len(whole) < 2:
        raise ValueError(f"Numbers cannot be learnt from one example. Received: {whole!r} in all")
    data = divide_examples(examples, whole, parts, validation_split, test_split, seed)
    assert data.train.labels is not None
    constant = np.flatnonzero(np.ptp(data.train.labels, axis=0) == 0)
    if len(constant):
        raise ValueError(
            "All training examples have the same number, so there is nothing to learn: leave the "
            f"target out. Received: {names[constant[0]]!r}, always "
            f"{float(data.train.labels[0, constant[0]]):g}"
        )
    return data


def _numbers(row: Sequence[object], names: Sequence[str], title: str) -> list[float]:
    read = []
    for value, name in zip(row, names, strict=True):
        try:
            # A model computes in float32, in which larger numbers are infinite.
            with np.errstate(over="ignore"):
                number = float(np.float32(value))  # type: ignore[arg-type]
        except (TypeError, ValueError):
            number = float("nan")
        if not np.isfinite(number):
            raise ValueError(
                f"Every target needs a finite number. Received: {str(value)!r} as {name!r} of "
                f"{title}"
            )
        read.append(number)
    return read
