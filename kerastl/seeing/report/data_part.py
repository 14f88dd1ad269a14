"""The part of a report about the data."""

from __future__ import annotations

from typing import Any

import numpy as np

from kerastl.data.images.encoded_images import Images
from kerastl.data.splits.box_split import BoxSplit
from kerastl.data.splits.dataset import Dataset
from kerastl.data.splits.split import Split
from kerastl.data.splits.tagged_split import TaggedSplit
from kerastl.seeing.drawing.counts import draw_counts
from kerastl.seeing.drawing.figure import has_matplotlib
from kerastl.seeing.drawing.svg import to_svg
from kerastl.seeing.page.parts import drawing, gallery_item, picture, short

_MOST_CLASSES = 30
_SAMPLES = 12


def data_part(data: Dataset, seed: int = 0) -> dict[str, Any]:
    """Describe a data set: counts by class and split, samples and remarks.

    Args:
        data: The data set.
        seed: Seed of the samples. Defaults to 0.

    Returns:
        Values for the template.
    """
    splits = {name: list(split.class_counts().values()) for name, split in data.splits.items()}
    names = list(data.train.class_counts())
    totals = np.sum(list(splits.values()), axis=0)
    chosen = np.argsort(-totals, kind="stable")[:_MOST_CLASSES].tolist()
    drawn = []
    if has_matplotlib() and names:
        counts = {split: [values[i] for i in chosen] for split, values in splits.items()}
        unit = counted(data.train)
        drawing_of = draw_counts(counts, [names[i] for i in chosen], unit)
        svg = to_svg(drawing_of, f"{unit} of each class by split")
        drawn = [drawing(svg, wide=True, width=44)]
    left_out = [f"{name}: {reason}" for name, reason in data.skipped]
    return {
        "sizes": [f"{len(split):,} {name}" for name, split in data.splits.items()],
        "counts": drawn,
        "classes_more": len(names) - _MOST_CLASSES,
        "samples": [_sample(data.train, int(i)) for i in _chosen(data.train, seed)],
        "notes": [note.rstrip(".") + "." for note in data.notes],
        "left_out": left_out[:20],
        "left_out_more": len(left_out) - 20,
    }


def counted(split: Split) -> str:
    """Return what `class_counts` counts: `"boxes"`, `"entities"` or `"examples"`."""
    if isinstance(split, BoxSplit):
        return "boxes"
    return "entities" if isinstance(split, TaggedSplit) else "examples"


def _chosen(split: Split, seed: int) -> np.ndarray:
    """Return some examples, of as many classes as possible."""
    order = np.random.default_rng(seed).permutation(len(split))
    labels = split.labels
    if labels is None or labels.ndim != 1:
        return order[:_SAMPLES]
    _, first = np.unique(labels[order], return_index=True)
    rest = np.setdiff1d(np.arange(len(order)), first)
    places = np.concatenate([np.sort(first), rest])[:_SAMPLES]
    chosen = order[places]
    return chosen[np.argsort(labels[chosen], kind="stable")]


def _sample(split: Split, index: int) -> dict[str, Any]:
    from kerastl.data.assembly.label_text import given_label

    if isinstance(split, BoxSplit | TaggedSplit):
        given = ", ".join(dict.fromkeys(name for name, *_ in split.label_of(index))) or "nothing"
    else:
        given = "" if split.labels is None else given_label(split, index)
    if isinstance(split.inputs, Images):
        return gallery_item(given=given, pictures=[picture(split, index, given)])
    return gallery_item(given=given, text=short(str(split.inputs[index]), 160))
