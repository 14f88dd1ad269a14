"""The part of a report that shows what the worst predictions depend on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kerastl.data.images.encoded_images import Images
from kerastl.data.images.thumbnails import SIDE, data_address, small_image
from kerastl.data.splits.split import Split
from kerastl.seeing.page.parts import cut_name
from kerastl.seeing.page.rendering import safe

# Each image costs a gradient, and each word of a text a prediction.
_COUNT = 4
_MOST_WORDS = 24


def why_part(recipe: Any, examples: Sequence[Any]) -> dict[int, dict[str, Any]]:
    """Explain the first of the worst examples.

    Args:
        recipe: The trained recipe.
        examples: The examples of an evaluation, the worst first.

    Returns:
        `why` and `picture` or `marked`, for `gallery_item`, by the example's index; only of
        examples that have an explanation.
    """
    split = examples[0].results.split
    chosen = [each for each in examples[:_COUNT] if _readable(split, each.index)]
    if not chosen:
        return {}
    inputs = split.subset([each.index for each in chosen]).inputs
    unlabelled = Split(split.modality, inputs, None, ())
    if isinstance(inputs, Images):
        found = recipe.explanations(unlabelled)
        parts = [None if each is None else _image_part(each) for each in found]
    else:
        found = recipe.explanations(unlabelled, most_words=_MOST_WORDS)
        parts = [None if each is None else _text_part(each) for each in found]
    return {
        example.index: part for example, part in zip(chosen, parts, strict=True) if part is not None
    }


def _readable(split: Split, index: int) -> bool:
    """Return whether an image has not vanished since it was evaluated."""
    inputs: Any = split.inputs
    return not isinstance(inputs, Images) or small_image(inputs, index, SIDE) is not None


def _image_part(explanation: Any) -> dict[str, Any] | None:
    drawn = explanation.overlay()
    if drawn is None:
        return None
    drawn.thumbnail((SIDE, SIDE))
    why = f"red and yellow parts raise {explanation.target}"
    alt = f"{cut_name(explanation.name)}, {why}"
    return {"why": why, "picture": {"src": data_address(drawn), "alt": alt}}


def _text_part(explanation: Any) -> dict[str, Any] | None:
    if not explanation.weights.any():
        return None
    why = f"orange words raise {explanation.target}, blue words lower it"
    return {"why": why, "marked": safe(explanation.marked())}
