"""Explain predictions for images by the gradient of a stage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from kerastl.basics.suggest import unknown_name
from kerastl.seeing.explaining.heat_map import heat_map
from kerastl.seeing.explaining.stage_gradient import Score, stage_gradient

_FEWEST_PLACES = 5

StageHeat = tuple[str, np.ndarray]
"""Name of a stage, and a heat map of its output."""


def explain_images(
    model: keras.Model, stages: Sequence[str], pixels: Any, score: Score, stage: str | None
) -> list[StageHeat | None]:
    """Return the heat map of each image of a batch, and the stage that it is from.

    Args:
        model: A model made of stages.
        stages: Names of its stages, from input to output.
        pixels: A batch of images.
        score: Function of the model's outputs, one score for each image, which depends on the
            outputs for this image alone.
        stage: Name of the stage. None takes, for each image, the last stage with at least 5 x 5
            places in which some place raises the score, or the last with any.

    Returns:
        The name and the heat map of `heat_map` for each image; None if no place raises its score.

    Raises:
        ValueError: If there is no such stage.
    """
    if stage is not None:
        if stage not in stages:
            raise unknown_name("stage", stage, stages)
        return _heats(model, stage, pixels, score)
    fine: list[StageHeat | None] = [None] * len(pixels)
    coarse: list[StageHeat | None] = [None] * len(pixels)
    for name in reversed(stages):
        for index, found in enumerate(_heats(model, name, pixels, score)):
            if found is not None and min(found[1].shape) >= _FEWEST_PLACES:
                fine[index] = fine[index] or found
            coarse[index] = coarse[index] or found
        if all(fine):
            break
    return [one or other for one, other in zip(fine, coarse, strict=True)]


def no_heat_map(stage: str | None) -> ValueError:
    """Return the error for an image in which no place raises the score."""
    if stage is None:
        return ValueError(
            "No place in the output of any stage raises the score, so there is no heat map: name "
            "another target. Received: target=None"
        )
    return ValueError(
        "No place in the output of this stage raises the score: leave `stage` out, or "
        f"name an earlier one. Received: stage={stage!r}"
    )


def _heats(model: keras.Model, stage: str, pixels: Any, score: Score) -> list[StageHeat | None]:
    if len(keras.tree.flatten(model.get_layer(stage).output)[-1].shape) not in (3, 4):
        return [None] * len(pixels)
    activations, gradients = stage_gradient(model, stage, pixels, score)
    heats = [heat_map(*each) for each in zip(activations, gradients, strict=True)]
    return [None if heat is None else (stage, heat) for heat in heats]
