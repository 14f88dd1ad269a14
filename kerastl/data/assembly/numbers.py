"""Check examples for a regression and make their `Dataset`."""

from collections.abc import Sequence

import numpy as np

from kerastl.data.assembly.class_names import check_names, composed
from kerastl.data.assembly.examples import Examples, check_examples, divide_examples
from kerastl.data.splits.dataset import Dataset
from kerastl.data.splits.number_split import NumberSplit


def assemble_numbers(
    examples: Examples,
    target_names: Sequence[str],
    validation_split: float,
    test_split: float,
    seed: int,
) -> Dataset:
    """Check examples with numbers and split them.

    Args:
        examples: The examples of a source. Each of `labels` is a row of numbers.
        target_names: The targets, one for each number of a row.
        validation_split: Fraction to hold out for validation.
        test_split: Fraction to hold out for testing.
        seed: Seed of the split.

    Returns:
        The data set. Its splits are `NumberSplit`s.

    Raises:
        ValueError: If a value is missing or not a finite number, a target is constant in training,
            or there is only one example.
    """
    parts = check_examples(examples, validation_split, test_split)
    names = list(target_names)
    if not names or len(set(map(composed, names))) < len(names):
        raise ValueError(f"Every target needs a name of its own. Received: {names!r}")
    check_names(names, "target name")
    rows = [_numbers(row, names, examples.name(i)) for i, row in enumerate(examples.labels)]
    whole = NumberSplit(examples.modality, examples.inputs, np.array(rows), names)
    if len(whole) < 2:
        raise ValueError(f"A regression needs two examples or more. Received: {whole!r}")
    data = divide_examples(examples, whole, parts, validation_split, test_split, seed)
    assert data.train.labels is not None
    constant = np.flatnonzero(np.ptp(data.train.labels, axis=0) == 0)
    if len(constant):
        raise ValueError(
            "A target has the same value in all training examples: leave the target out. "
            f"Received: {names[constant[0]]!r}, always "
            f"{float(data.train.labels[0, constant[0]]):g}"
        )
    return data


def _numbers(row: Sequence[object], target_names: Sequence[str], title: str) -> list[float]:
    read = []
    for value, name in zip(row, target_names, strict=True):
        try:
            # A model computes in float32, where too large a number becomes infinite.
            with np.errstate(over="ignore"):
                number = float(np.float32(value))  # type: ignore[arg-type]
        except (TypeError, ValueError):
            number = float("nan")
        if not np.isfinite(number):
            raise ValueError(
                f"Every target needs a finite number. Received: {name}={str(value)!r} for {title}"
            )
        read.append(number)
    return read
