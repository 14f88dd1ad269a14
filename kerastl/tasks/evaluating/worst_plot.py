"""Draw the worst examples of an evaluation."""

from __future__ import annotations

import os
from typing import Any

from kerastl.seeing.drawing.image_grid import RIGHT, WRONG, GridImage, draw_image_grid
from kerastl.seeing.notebook.html_part import HtmlPart
from kerastl.seeing.notebook.markup import page_part
from kerastl.seeing.notebook.plot import Plot
from kerastl.tasks.evaluating.evaluated_example import EvaluatedExample
from kerastl.tasks.evaluating.example_views import caption, decoded, example_cards, is_text
from kerastl.tasks.evaluating.worst_examples import WorstExamples


def plot_examples(
    examples: WorstExamples, title: str, path: str | os.PathLike[str] | None
) -> Plot | HtmlPart:
    """Draw examples: images as a grid, texts as a page with marks.

    Args:
        examples: The examples, at least one.
        title: What they are.
        path: File that is also written: an image, or a page for texts. None for none.

    Raises:
        ImportError: If images are drawn and matplotlib is not installed.
        RuntimeError: If the inputs are not known.
    """
    if examples[0].results.split is None:
        raise RuntimeError(
            "The evaluation was made without its inputs, which the plot shows: make one with "
            "`recipe.evaluate(split)`. Received: an evaluation without a split"
        )
    if is_text(examples[0]):
        return HtmlPart(page_part(title, example_cards(examples)), repr(examples), title, path)
    figure = draw_image_grid([_grid_image(each) for each in examples])
    return Plot(figure, f"{title}: {'; '.join(map(str, examples))}", path)


def _grid_image(example: EvaluatedExample) -> GridImage:
    objects = isinstance(example.predicted, list)
    lines = [caption(example)[-1]] if objects else caption(example)
    size: Any = None
    boxes: list[tuple[Any, str, str]] = []
    if objects:
        size = tuple(example.results.split.sizes[example.index])  # type: ignore[union-attr]
        boxes = [(each.box, each.label, RIGHT) for each in example.truth]
        boxes += [(each.box, f"{each.label} {each.score:.2f}", WRONG) for each in example.predicted]
        lines.append("green: true, orange: predicted")
    return GridImage(decoded(example), lines, example.correct, size, boxes)
