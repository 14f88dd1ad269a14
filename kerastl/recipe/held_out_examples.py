"""The examples that exported artifacts are compared on and calibrated with."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from kerastl.artifacts.held_out import HeldOut

if TYPE_CHECKING:
    import keras

    from kerastl.data.splits.split import Split

HELD_OUT = 500
"""Most examples to compare on: one wrong answer is then 0.2 points."""
CALIBRATION = 200
"""Most examples to calibrate with: more change no file."""


def held_out_examples(
    split: Split,
    batches: Iterable[Any],
    model: keras.Model,
    labels: Callable[[dict[str, np.ndarray]], np.ndarray],
) -> HeldOut:
    """Put examples, the model's inputs for them and their labels together.

    Args:
        split: The examples, at most `HELD_OUT` or `CALIBRATION`.
        batches: Its batches as the model takes them, without labels: arrays, or dicts of arrays
            by input name.
        model: Names the input of batches that are arrays.
        labels: Called with the inputs by name; returns the labels, examples first.

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
