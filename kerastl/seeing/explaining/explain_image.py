"""Explain a prediction for an image by the gradient of a stage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from kerastl.basics.suggest import unknown_name
from kerastl.seeing.explaining.heat_map import heat_map
from kerastl.seeing.explaining.stage_gradient import Score, stage_gradient

_FEWEST_PLACES = 5


def explain_image(
    model: keras.Model, stages: Sequence[str], pixels: Any, score: Score, stage: str | None
) -> tuple[str, np.ndarray]:
    """Return the heat map of one image, and the stage that it is from.

    Args:
        model: A model made of stages.
        stages: Names of its stages, from input to output.
        pixels: A batch of one image.
        score: Function of the model's outputs.
        stage: Name of the stage. None takes the last stage with at least 5 x 5 places in which some
            place raises the score, or the last with any.

    Returns:
        The name, and the heat map of `heat_map`.

    Raises:
        ValueError: If there is no such stage, or no place of it raises the score.
    """
    if stage is not None:
        if stage not in stages:
            raise unknown_name("stage", stage, stages)
        found = _heat(model, stage, pixels, score)
        if found is None:
            raise ValueError(
                "No place in the output of this stage raises the score: leave `stage` out, or "
                f"name an earlier one. Received: stage={stage!r}"
            )
        return stage, found
    coarse: tuple[str, np.ndarray] | None = None
    for name in reversed(stages):
        found = _heat(model, name, pixels, score)
        if found is not None and min(found.shape) >= _FEWEST_PLACES:
            return name, found
        if found is not None and coarse is None:
            coarse = name, found
    if coarse is None:
        raise ValueError(
            "No place in the output of any stage raises the score, so there is no heat map: name "
            "another target. Received: target=None"
        )
    return coarse


def _heat(model: keras.Model, stage: str, pixels: Any, score: Score) -> np.ndarray | None:
    if len(keras.tree.flatten(model.get_layer(stage).output)[-1].shape) not in (3, 4):
        return None
    activation, gradient = stage_gradient(model, stage, pixels, score)
    return heat_map(activation[0], gradient[0])
