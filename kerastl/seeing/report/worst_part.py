"""The part of a report with the examples that were predicted worst."""

from __future__ import annotations

from collections import Counter
from typing import Any

from kerastl.data.images.encoded_images import Images
from kerastl.seeing.page.parts import cut_name, gallery_item, picture, short
from kerastl.seeing.page.rendering import safe
from kerastl.seeing.report.run import ReportedRun
from kerastl.seeing.report.why_part import why_part

_COUNT = 24
_LONGEST_TEXT = 420

Span = tuple[int, int, str]
"""First character, the character after the last, and type of an entity."""


def worst_part(run: ReportedRun) -> list[dict[str, Any]]:
    """Return the examples that were predicted worst, as items of a gallery.

    Args:
        run: The run, with an evaluation.

    Returns:
        At most 24 items; only wrong ones, if there are any. The first few are explained.
    """
    evaluation = run.evaluation
    if evaluation.results is None or evaluation.results.split is None:
        return []
    worst = list(evaluation.worst(_COUNT))
    wrong = [each for each in worst if not each.correct]
    shown = wrong or worst[:6]
    explained = why_part(run.recipe, shown)
    return [_item(each, explained.get(each.index, {})) for each in shown]


def _item(example: Any, explained: dict[str, Any]) -> dict[str, Any]:
    split = example.results.split
    truth, predicted = _shown(example.truth), _shown(example.predicted)
    detail = f"{example.results.score_name} {example.score:.2f}, loss {example.loss:.2f}"
    is_share = example.results.score_name == "probability" and 0 <= example.score <= 1
    given: dict[str, Any] = {
        "given": f"right: {truth}" if example.correct else f"true: {truth}",
        "suggested": "" if example.correct else f"predicted: {predicted}",
        "share": example.score if is_share else None,
        "detail": detail,
        "wrong": not example.correct,
        "why": explained.get("why", ""),
    }
    if isinstance(split.inputs, Images):
        size = split.sizes[example.index] if hasattr(split, "sizes") else None
        boxes = _boxes(example.truth, "true", size) + _boxes(example.predicted, "predicted", size)
        about = f"true {truth}, predicted {predicted}"
        drawn = picture(split, example.index, about, boxes, ("true", "predicted"))
        pictures = [drawn, explained["picture"]] if explained else [drawn]
        return gallery_item(pictures=pictures, name=cut_name(example.name), **given)
    text = str(split.inputs[example.index])
    true, found = _spans(example.truth), _spans(example.predicted)
    if true or found:
        entities = safe(_marked(text, true, found))
        why = explained.get("marked")
        # The marks name the true and the predicted types.
        shown = given | {"given": "", "suggested": ""}
        return gallery_item(marked=entities, why_marked=why, name=example.name, **shown)
    if explained:
        return gallery_item(marked=explained["marked"], name=example.name, **given)
    return gallery_item(text=short(text, _LONGEST_TEXT), name=example.name, **given)


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {number:.4g}" for name, number in value.items())
    if isinstance(value, list | tuple):
        counts = Counter(str(getattr(each, "label", each)) for each in value)
        labels = [name if count == 1 else f"{count} x {name}" for name, count in counts.items()]
        return ", ".join(labels[:8]) + ("…" if len(labels) > 8 else "") or "nothing"
    return str(value)


def _boxes(found: Any, what: str, size: Any) -> list[Any]:
    if not isinstance(found, list | tuple):
        return []
    width, height = (1, 1) if size is None else size.tolist()
    boxes = [each.box for each in found if hasattr(each, "box")]
    return [((x1 / width, y1 / height, x2 / width, y2 / height), what) for x1, y1, x2, y2 in boxes]


def _spans(found: Any) -> set[Span]:
    if not isinstance(found, list | tuple):
        return set()
    return {(each.start, each.end, each.label) for each in found if hasattr(each, "start")}


def _marked(text: str, true: set[Span], found: set[Span]) -> str:
    """Return a text with its right, missed and wrong entities marked, as HTML."""
    from html import escape

    from kerastl.basics.printable import printable_lines

    def plain(part: str) -> str:
        return escape(printable_lines(part))

    written, place = [], 0
    for start, end, label in sorted(true | found):
        span = (start, end, label)
        said = "" if span in true & found else "missed: " if span in true else "predicted: "
        look = "" if span in true & found else ' class="wrong"'
        # Of two entities that share words, the second is named behind the first.
        part = plain(text[max(start, place) : end])
        written.append(plain(text[place:start]))
        written.append(f"<mark{look}>{part} <small>{said}{plain(label)}</small></mark>")
        place = max(place, end)
    return "".join([*written, plain(text[place:])])
