"""Compare the float32 copy of a mixed-precision model with the model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from kerastl.artifacts.exportable import Exportable
    from kerastl.artifacts.held_out import HeldOut

BOUNDS = {"float16": 0.05, "bfloat16": 0.25}
"""Largest root mean square difference of the scores, as a share of their root mean square.

Measured with MobileNet 0.25: 0.01 in float16 and 0.1 in bfloat16, which has 3 bits less.
"""

_SMALLEST = float(np.finfo("float32").tiny)


def check_float32_copy(exportable: Exportable, examples: HeldOut, scores: np.ndarray) -> None:
    """Check that the model that is exported answers as the model that was trained.

    Args:
        exportable: The model.
        examples: Held-out examples.
        scores: Scores of `exportable.model` for them.

    Raises:
        RuntimeError: If the scores differ by more than the bound of the precision.
    """
    if exportable.trained is exportable.model:
        return
    inputs = examples.inputs if len(examples.inputs) > 1 else next(iter(examples.inputs.values()))
    trained = np.asarray(exportable.trained.predict(inputs, batch_size=32, verbose=0))
    layers = exportable.trained._flatten_layers(include_self=False)
    bound = max(BOUNDS.get(layer.compute_dtype, 0.0) for layer in layers)
    share = _size(scores - trained) / max(_size(trained), _SMALLEST)
    if not share <= bound:
        raise RuntimeError(
            "The float32 copy of this mixed-precision model gives other scores. Load the saved "
            "recipe with kerastl.load(directory, dtype='float32'), evaluate it, and export that. "
            f"Received: a difference of {share:.2g} of the scores; the bound is {bound}"
        )


def _size(values: np.ndarray) -> float:
    return float(np.sqrt(np.mean(np.square(values, dtype="float64"))))
