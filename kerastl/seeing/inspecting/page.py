"""The page of an inspection."""

from __future__ import annotations

from typing import Any

import numpy as np

from kerastl.basics.files.plot_file import NO_MATPLOTLIB
from kerastl.data.images.encoded_images import Images
from kerastl.data.splits.box_split import BoxSplit
from kerastl.data.splits.multi_label_split import MultiLabelSplit
from kerastl.data.splits.number_split import NumberSplit
from kerastl.data.splits.split import Split
from kerastl.data.splits.tagged_split import TaggedSplit
from kerastl.seeing.drawing.counts import draw_counts, draw_histogram
from kerastl.seeing.drawing.figure import has_matplotlib
from kerastl.seeing.drawing.svg import to_svg
from kerastl.seeing.inspecting.findings import Findings
from kerastl.seeing.inspecting.problem import MEANINGS, Kind, Problem, meaning
from kerastl.seeing.page.parts import cut_name, drawing, gallery_item, picture, short, tile
from kerastl.seeing.page.rendering import render
from kerastl.seeing.report.data_part import counted
from kerastl.version import __version__

_MOST_SHOWN: dict[Kind, int] = {
    "label": 72,
    "conflict": 24,
    "leakage": 36,
    "duplicate": 24,
    "outlier": 24,
}
_ABOUT: dict[Kind, str] = {
    "label": "A linear probe that was fitted without the example prefers another label. The surest "
    "come first. Some are right and only hard: look at each.",
    "conflict": "Two copies of one example cannot both be right.",
    "leakage": "Metrics on a held-out split are too good if the training split has the same "
    "examples. The one that is named should stay.",
    "duplicate": "A copy counts twice in training and in metrics.",
    "outlier": "Their features are far from those of all other examples. They may belong to "
    "another data set.",
}
_MOST_LISTED = 100
_MOST_CLASSES = 40
_LONGEST_TEXT = 400


def inspection_page(inspection: Findings, title: str) -> str:
    """Write the page of an inspection.

    Args:
        inspection: What was found.
        title: The heading.

    Returns:
        The page. Of many problems it shows the surest, so that its size is bounded.
    """
    examples = inspection.examples
    splits = ", ".join(
        f"{int((examples.split_of == number).sum()):,} in {name}"
        for number, name in enumerate(examples.split_names)
    )
    lead = f"{len(examples):,} {examples.whole.modality}s, {splits}"
    if inspection.backbone:
        lead += f"; compared by features of {inspection.backbone}"
    return render(
        "inspection.html",
        title=title,
        version=__version__,
        lead=f"{lead}.",
        reader=_reader(examples.whole),
        **_parts(inspection),
    )


def _reader(whole: Split) -> str:
    """Return a line that reads such examples again, with corrections."""
    if isinstance(whole, BoxSplit):
        how = 'coco("boxes.json", "images"'
    elif isinstance(whole, TaggedSplit):
        how = 'conll("texts.conll"'
    elif isinstance(whole, MultiLabelSplit):
        how = "multi_label(inputs, labels"
    elif isinstance(whole, NumberSplit):
        how = "numbers(inputs, values"
    else:
        how = 'csv("texts.csv"' if whole.modality == "text" else 'image_folder("photos"'
    return f'ktl.data.{how}, corrections="fixes.csv")'


def _parts(inspection: Findings) -> dict[str, Any]:
    listed = [each for kind in ("unreadable", "odd") for each in inspection.of(kind)]
    galleries = [part for kind in _MOST_SHOWN if (part := _gallery(inspection, kind)) is not None]
    drawn = has_matplotlib()
    notes = [*inspection.remarks, *([] if drawn else [NO_MATPLOTLIB])]
    is_image = isinstance(inspection.examples.whole.inputs, Images)
    return {
        "tiles": _tiles(inspection),
        "notes": [note[:1].upper() + note[1:].rstrip(".") for note in notes],
        "galleries": galleries,
        "listed": [
            {"cells": (short(each.example, 160), each.detail)} for each in listed[:_MOST_LISTED]
        ],
        "listed_more": len(listed) - _MOST_LISTED,
        "counted": inspection.kinds[:1].upper() + inspection.kinds[1:],
        "balance": _balance(inspection),
        "counts": _counts(inspection) if drawn else [],
        "classes_more": len(inspection.class_names) - _MOST_CLASSES,
        "measured": _measured(inspection) if drawn else [],
        "measured_title": "Sizes of the images" if is_image else "Lengths of the texts",
    }


def _tiles(inspection: Findings) -> list[dict[str, str]]:
    tiles = [
        tile(f"{len(inspection.examples):,}", "examples"),
        tile(f"{len(inspection.class_names):,}", inspection.kinds),
    ]
    for kind, count in inspection.totals.items():
        look = "" if kind in ("odd", "outlier") else "bad" if count else "good"
        tiles.append(tile(f"{count:,}", meaning(kind, count), look))
    return tiles


def _gallery(inspection: Findings, kind: Kind) -> dict[str, Any] | None:
    found = inspection.of(kind)
    if not found:
        return None
    title = MEANINGS[kind]
    shown = found[: _MOST_SHOWN[kind]]
    return {
        "id": kind,
        "title": title[0].upper() + title[1:],
        "about": _ABOUT[kind],
        "shown": [_item(inspection, each) for each in shown],
        "more": len(found) - len(shown),
        "what": "are in the table of corrections",
    }


def _item(inspection: Findings, problem: Problem) -> dict[str, Any]:
    examples = inspection.examples
    inputs = examples.whole.inputs
    is_image = isinstance(inputs, Images)
    # Boxes and entities as texts are for the table of corrections: a person sees the image.
    is_short = examples.label_name == "label"
    pictures = []
    if is_image:
        for index in (problem.index, problem.partner):
            if index is not None:
                pictures.append(_picture(examples.whole, index, problem))
    return gallery_item(
        pictures=pictures,
        text=None if is_image else short(problem.example, _LONGEST_TEXT),
        given=problem.given if is_short else "",
        suggested=problem.suggested if is_short else "",
        share=problem.score if problem.kind == "label" else None,
        detail=problem.detail,
        name=f"{cut_name(problem.example)} ({problem.split})" if is_image else problem.split,
    )


def _picture(whole: Any, index: int, problem: Problem) -> dict[str, Any]:
    boxes: list[Any] = []
    if isinstance(whole, BoxSplit):
        width, height = whole.sizes[index].tolist()
        boxes = [
            ((x1 / width, y1 / height, x2 / width, y2 / height), whole.class_names[kind])
            for (x1, y1, x2, y2), kind in zip(
                whole.boxes[index].tolist(), whole.kinds[index], strict=True
            )
        ]
    return picture(whole, index, "" if boxes else problem.given or problem.kind, boxes)


def _balance(inspection: Findings) -> str:
    totals = _totals(inspection)
    if isinstance(inspection.examples.whole, NumberSplit):
        return f"{int(totals[0]):,} numbers of each target."
    names = inspection.class_names
    most, least = int(np.argmax(totals)), int(np.argmin(totals))
    ratio = inspection.imbalance
    unit = counted(inspection.examples.whole)
    text = (
        f"The largest class, {names[most]}, has {int(totals[most]):,} {unit}; the smallest, "
        f"{names[least]}, has {int(totals[least]):,}."
    )
    if ratio >= 3:
        text += " Look at the metrics of each class: accuracy alone favours the large ones."
    return text


def _totals(inspection: Findings) -> np.ndarray:
    return np.sum([list(values) for values in inspection.counts.values()], axis=0)


def _counts(inspection: Findings) -> list[dict[str, Any]]:
    chosen = np.argsort(-_totals(inspection), kind="stable")[:_MOST_CLASSES].tolist()
    names = [inspection.class_names[i] for i in chosen]
    counts = {split: [values[i] for i in chosen] for split, values in inspection.counts.items()}
    unit = counted(inspection.examples.whole)
    svg = to_svg(draw_counts(counts, names, unit), f"{unit} of each class by split")
    return [drawing(svg, wide=True, width=46)]


def _measured(inspection: Findings) -> list[dict[str, Any]]:
    drawn = []
    for label, values in inspection.measured.items():
        if len(values) and np.min(values) == np.max(values):
            drawn.append(drawing("", f"{label[:1].upper() + label[1:]}: all {values[0]:.4g}."))
        elif len(values):
            low, high = np.percentile(values, (1, 99))
            if (values == np.round(values)).all():
                low, high = round(low), round(high)
            caption = f"Median {np.median(values):.4g}; 98 % are from {low:.4g} to {high:.4g}."
            svg = to_svg(draw_histogram(values, label, log=True), f"histogram: {label}")
            drawn.append(drawing(svg, caption, width=30))
    return drawn
