"""Latency of a recipe's model in a float32 LiteRT file."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from kerastl.recipe.contract import RecipeContract


def float32_latency_ms(recipe: RecipeContract) -> float:
    """Convert a recipe's model and measure one example on one thread of this machine.

    Args:
        recipe: A recipe with a model. Its head need not be trained.

    Returns:
        The median in milliseconds.

    Raises:
        ValueError: If the model needs an operator that LiteRT lacks.
    """
    from kerastl.artifacts.litert.conversion import convert_float32
    from kerastl.artifacts.litert.runner import LiteRTModel

    exportable = recipe.exportable()
    with tempfile.TemporaryDirectory() as folder:
        content = convert_float32(exportable, Path(folder))
    inputs = {
        name: np.ones((1, *spec.shape[1:]), spec.dtype.as_numpy_dtype)
        for name, spec in exportable.signature(batch_size=1).items()
    }
    return LiteRTModel(content).latency_ms(inputs)
