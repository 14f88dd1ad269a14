"""Labels as texts in a table of corrections, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kerastl.basics.suggest import unknown_name
from kerastl.data.assembly.span_tags import tags_of_spans
from kerastl.data.splits.box_split import BoxSplit
from kerastl.data.splits.multi_label_split import MultiLabelSplit
from kerastl.data.splits.number_split import NumberSplit
from kerastl.data.splits.split import Split
from kerastl.data.splits.tagged_split import TaggedSplit

_BETWEEN = "; "  # labels, numbers, entities or boxes of one example


def given_label(split: Split, index: int) -> str:
    """Return the label of an example in a table of corrections.

    Args:
        split: A labelled split.
        index: Position of the example.

    Returns:
        The class; or several labels, numbers, entities or boxes with a semicolon between them. An
        entity is its first character, the character after the last, and its type: `0-3 person`. A
        box is its class and x1, y1, x2, y2 in pixels: `mug 10 20 64 80.5`.
    """
    labels: Any = split.labels
    if isinstance(split, BoxSplit):
        return boxes_text(split.class_names, split.boxes[index], split.kinds[index])
    if isinstance(split, TaggedSplit):
        return entities_text(split.label_of(index))
    if isinstance(split, MultiLabelSplit):
        named = zip(split.class_names, labels[index], strict=True)
        return _BETWEEN.join(name for name, has in named if has)
    if isinstance(split, NumberSplit):
        return _BETWEEN.join(f"{number:.6g}" for number in labels[index])
    return split.class_names[int(labels[index])]


def boxes_text(class_names: Sequence[str], boxes: Any, kinds: Any) -> str:
    """Return boxes as a text: class and corners of each."""
    return _BETWEEN.join(
        " ".join([class_names[int(kind)], *(f"{value:.5g}" for value in box)])
        for box, kind in zip(boxes, kinds, strict=True)
    )


def entities_text(entities: Sequence[tuple[str, int, int]]) -> str:
    """Return entities as a text: offsets and type of each."""
    return _BETWEEN.join(f"{start}-{end} {kind}" for kind, start, end in entities)


def parsed_label(split: Split, index: int, label: str, path: Path) -> Any:
    """Return a label of the table as a value of the split's labels.

    Args:
        split: A labelled split.
        index: Position of the example that gets the label.
        label: The text, as `given_label` writes it.
        path: The table, for errors.

    Returns:
        A class, a row of labels or numbers, the tags of the words, or boxes and their classes.

    Raises:
        ValueError: If the text has no meaning for the split.
    """
    if isinstance(split, BoxSplit):
        return _boxes(split, index, label, path)
    parts = [each.strip() for each in label.split(_BETWEEN.strip()) if each.strip()]
    if isinstance(split, TaggedSplit):
        return _tags(split, index, parts, path)
    if isinstance(split, NumberSplit):
        numbers = _numbers(parts)
        if len(numbers) != len(split.class_names):
            raise ValueError(
                f"A corrected target must be {len(split.class_names)} finite numbers. "
                f"Received: {label!r} in {str(path)!r}"
            )
        return np.array(numbers, "float32")
    if isinstance(split, MultiLabelSplit):
        row = np.zeros(len(split.class_names), "float32")
        row[[_class(split.class_names, each, path) for each in parts]] = 1
        return row
    return _class(split.class_names, label, path)


def relabelled(split: Split, changed: Mapping[int, Any]) -> Split:
    """Return a split with other labels for some examples.

    Args:
        split: The split.
        changed: What `parsed_label` returned for an example, by its position.
    """
    made = split.subset(range(len(split)))
    if isinstance(split, BoxSplit):
        boxes, kinds = list(split.boxes), list(split.kinds)
        for index, (own, classes) in changed.items():
            boxes[index], kinds[index] = own, classes
        return BoxSplit(split.inputs, boxes, kinds, split.class_names, split.sizes)
    if made.labels is not None:
        made.labels = made.labels.copy()
        for index, value in changed.items():
            made.labels[index, ...] = value
    return made


def _boxes(split: BoxSplit, index: int, label: str, path: Path) -> tuple[np.ndarray, np.ndarray]:
    boxes, kinds = [], []
    width, height = split.sizes[index].tolist()
    for part in filter(None, (each.strip() for each in label.split(_BETWEEN.strip()))):
        name, *corners = part.rsplit(" ", 4)
        values = _numbers(corners)
        inside = len(values) == 4 and 0 <= values[0] < values[2] <= width + 1
        if not (inside and 0 <= values[1] < values[3] <= height + 1):
            raise ValueError(
                "A corrected box must be its class and x1, y1, x2, y2 in pixels, inside an image "
                f"of {width} x {height}. Received: {part!r} in {str(path)!r}"
            )
        boxes.append(np.minimum(values, [width, height] * 2))
        kinds.append(_class(split.class_names, name.strip(), path))
    return np.array(boxes, np.float32).reshape(-1, 4), np.array(kinds, np.int32)


def _tags(split: TaggedSplit, index: int, parts: Sequence[str], path: Path) -> np.ndarray:
    found = []
    for part in parts:
        places, _, kind = part.partition(" ")
        ends = places.split("-")
        if len(ends) != 2 or not all(each.isdecimal() for each in ends) or not kind.strip():
            raise ValueError(
                "A corrected entity must be its first character, the character after the last and "
                f"its type, such as `0-3 person`. Received: {part!r} in {str(path)!r}"
            )
        _class(split.types, kind.strip(), path)
        found.append((int(ends[0]), int(ends[1]), kind.strip()))
    text = str(split.inputs[index])
    tags = tags_of_spans(text, split.words[index], found, f"{path.name}")
    row = split.labels[index].copy()
    row[: len(tags)] = [split.class_names.index(tag) for tag in tags]
    return row


def _numbers(parts: Sequence[str]) -> list[float]:
    try:
        numbers = [float(each) for each in parts]
    except ValueError:
        return []
    return numbers if np.isfinite(numbers).all() else []


def _class(names: Sequence[str], name: str, path: Path) -> int:
    if name not in names:
        raise unknown_name(f"class in {path.name}", name, names)
    return names.index(name)
