"""The examples on which exported artifacts are compared and calibrated."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from kerastl.artifacts.held_out import HeldOut

if TYPE_CHECKING:
    import keras

    from kerastl.data.splits.split import Split

HELD_OUT = 500
"""Largest number of examples to compare on: one wrong answer is then 0.2 points."""
CALIBRATION = 200
"""Largest number of examples to calibrate with; more do not change the files."""


def held_out_examples(
    split: Split,
    batches: Iterable[Any],
    model: keras.Model,
    labels: Callable[[dict[str, np.ndarray]], np.ndarray],
) -> HeldOut:
    """Collect raw examples, model inputs and labels of a split.

    Args:
        split: The examples, at most `HELD_OUT` or `CALIBRATION`.
        batches: Batches of model inputs without labels: arrays, or dictionaries of arrays by
            input name.
        model: The model, which names the input if batches are arrays.
        labels: Function of the inputs by name; returns labels with the examples as first axis.

    Returns:
        The examples.
    """
    columns: dict[str, list[np.ndarray]] = {}
    for batch in batches:
        named = batch if isinstance(batch, dict) else {model.inputs[0].name: batch}
        for name, rows in named.items():
            columns.setdefault(name, []).append(rows)
    inputs = {name: np.concatenate(rows) for name, rows in columns.items()}
    return HeldOut(inputs, labels(inputs), raw=split.encoded())  # type: ignore[arg-type]
