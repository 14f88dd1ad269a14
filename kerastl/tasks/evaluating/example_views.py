"""Examples of an evaluation as images with captions, or as marked texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kerastl.data.images.encoded_images import Images
from kerastl.data.images.thumbnails import data_address, small_image
from kerastl.seeing.drawing.image_grid import RIGHT, WRONG
from kerastl.seeing.notebook.markup import Html, card, cards, long_text, marked, note
from kerastl.tasks.evaluating.evaluated_example import EvaluatedExample, shown

_SIDE = 224


def caption(example: EvaluatedExample) -> list[str]:
    """Return the lines below an example: truth, prediction with its score, and name."""
    truth, predicted = shown(example.truth), shown(example.predicted)
    if isinstance(example.predicted, str):
        predicted = f"{predicted} ({example.score:.2f})"
    # Of a path, the last parts tell files apart.
    name = "/".join(example.name.split("/")[-2:])
    return [f"true {truth}", f"predicted {predicted}", name]


def example_card(example: EvaluatedExample) -> Html:
    """Return one example as HTML: a thumbnail or a text, with its caption."""
    lines = caption(example)
    if isinstance(example.predicted, list):
        # Entities are marked and boxes are drawn.
        lines = lines[-1:]
    if is_text(example):
        return note(_text(example), lines, right=example.correct)
    split = example.results.split
    if split is None:
        return note(Html(""), lines, right=example.correct)
    image = decoded(example)
    if image is not None and isinstance(example.predicted, list):
        _draw_boxes(image, example)
    address = None if image is None else data_address(image)
    return card(address, lines, alt=", ".join(caption(example)), right=example.correct)


def example_cards(examples: Sequence[EvaluatedExample]) -> Html:
    """Return examples as HTML, images next to each other and texts below each other."""
    made = [example_card(each) for each in examples]
    return Html("".join(made)) if any(map(is_text, examples)) else cards(made)


def is_text(example: EvaluatedExample) -> bool:
    """Return whether the input is a text."""
    split = example.results.split
    return split is not None and not isinstance(split.inputs, Images)


def decoded(example: EvaluatedExample, side: int = _SIDE) -> Any:
    """Return the image of an example as a small Pillow image; None if it cannot be read."""
    split = example.results.split
    if split is None or not isinstance(split.inputs, Images):
        return None
    return small_image(split.inputs, example.index, side)


def _draw_boxes(image: Any, example: EvaluatedExample) -> None:
    """Draw true boxes in green and predicted ones in orange, as in `plot_worst`."""
    from PIL import ImageDraw

    draw = ImageDraw.Draw(image)
    width, _ = example.results.split.sizes[example.index]  # type: ignore[union-attr]
    scale = image.width / width
    for boxes, colour in ((example.truth, RIGHT), (example.predicted, WRONG)):
        for each in boxes:
            x1, y1, x2, y2 = (corner * scale for corner in each.box)
            corners = (min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))
            draw.rectangle(corners, outline=colour, width=2)


def _text(example: EvaluatedExample) -> Html:
    if not isinstance(example.predicted, list):
        return long_text(example.input)
    rows = (("true", example.truth), ("predicted", example.predicted))
    return Html(
        "".join(
            f'<div><span class="quiet">{title}</span> '
            + marked(example.input, [(each.start, each.end, each.label) for each in entities])
            + "</div>"
            for title, entities in rows
        )
    )
