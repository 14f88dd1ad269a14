"""Check images with bounding boxes, split them and make their `Dataset`."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from kerastl.basics.printable import printable
from kerastl.data.assembly.corrections import Corrections, corrected
from kerastl.data.assembly.labels import order_classes
from kerastl.data.images.encoded_images import EncodedImages
from kerastl.data.images.inspection import OnError, inspect_images
from kerastl.data.images.pixel_range import PixelRange
from kerastl.data.images.upright_sizes import upright_sizes
from kerastl.data.splits.box_split import BoxSplit
from kerastl.data.splits.dataset import Dataset
from kerastl.data.splits.splitting import PARTS, check_fractions, named_parts, split

# In pixels. Annotation tools round coordinates; a box further over the edge is a mistake.
_ROUNDING = 1.0


@dataclass
class BoxedImages:
    """Images and boxes of a source before they are checked and split.

    Attributes:
        paths: The image files.
        boxes: The rows of x1, y1, x2, y2 of each image, in pixels, unchecked.
        names: The class names of the boxes of each image.
        sizes: The width and height that the source states for each image, or None.
        parts: One of `PARTS` for each image, or None if the source names no splits.
        class_names: The classes in their order, or None if the source does not list them.
        notes: Remarks for the summary, one sentence each.
        skipped: `(name, reason)` of what the source left out.
        corrections: What to change in the boxes after the split, or None.
    """

    paths: list[str] = field(default_factory=list)
    boxes: list[list[Sequence[float]]] = field(default_factory=list)
    names: list[list[str]] = field(default_factory=list)
    sizes: list[tuple[int, int] | None] = field(default_factory=list)
    parts: list[str] | None = None
    class_names: tuple[str, ...] | None = None
    notes: list[str] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    corrections: Corrections | None = None

    def keep(self, indices: Sequence[int]) -> None:
        """Keep only some of the images, by position."""
        self.paths = [self.paths[i] for i in indices]
        self.boxes = [self.boxes[i] for i in indices]
        self.names = [self.names[i] for i in indices]
        self.sizes = [self.sizes[i] for i in indices]
        self.parts = self.parts and [self.parts[i] for i in indices]


def assemble_boxed(
    read: BoxedImages,
    validation_split: float,
    test_split: float,
    seed: int,
    on_error: OnError,
    pixel_range: PixelRange | None = None,
) -> Dataset:
    """Check images and boxes, and split them.

    Args:
        read: The images and boxes of a source. Changed in place.
        validation_split: Fraction to hold out for validation: of all images, or of the training
            split if the source names a test split.
        test_split: Fraction of all images to hold out for testing.
        seed: Seed of the split.
        on_error: `"raise"` one error that counts and names unreadable images or invalid boxes, or
            `"skip"` them and list them in `Dataset.skipped`.
        pixel_range: As for `kerastl.data.arrays`. Defaults to None.

    Returns:
        The data set. Its splits are `BoxSplit`s.

    Raises:
        ValueError: If there are no images or no boxes, some are unusable, or a held-out split has
            a class without a training example.
    """
    check_fractions(validation_split, test_split)
    if not read.paths:
        raise ValueError("There are no images. Received: an empty source")
    found = inspect_images(read.paths, read.paths.__getitem__, on_error, pixel_range)
    read.keep(found.kept)
    images = EncodedImages(read.paths, found.headers, np.arange(len(read.paths)))
    sizes = upright_sizes(images)
    read.skipped += found.skipped
    kept = _of_stated_size(read, sizes, on_error)
    if len(kept) < len(sizes):
        read.keep(kept)
        images, sizes = images.take(kept), sizes[kept]
    skipped = [*read.skipped, *_drop_damaged(read, sizes, on_error)]
    parts = named_parts(read.parts, len(read.paths), validation_split, test_split)
    classes = _classes(read, parts)
    position = {name: index for index, name in enumerate(classes)}
    kinds = [np.array([position[name] for name in names], np.int32) for names in read.names]
    boxes = [np.array(each, np.float32).reshape(-1, 4) for each in read.boxes]
    whole: Any = BoxSplit(images, boxes, kinds, classes, sizes)
    training = np.flatnonzero(parts == 0)
    if validation_split or test_split:
        strata = whole.subset(training).strata
        parts[training] = split(strata, classes, validation_split, test_split, seed)
    if read.corrections is not None:
        done = corrected(whole, read.corrections)
        whole, parts = done.split, parts[done.kept]
        read.notes += done.notes
    made = [whole.subset(np.flatnonzero(parts == part)) for part in range(len(PARTS))]
    if empty := int((whole.labels < 0).all(axis=1).sum()):
        read.notes.append(f"images without a box, used as background: {empty}")
    return Dataset(
        made[0],
        made[1] if len(made[1]) else None,
        made[2] if len(made[2]) else None,
        skipped=skipped,
        notes=read.notes,
    )


def _of_stated_size(read: BoxedImages, sizes: np.ndarray, on_error: OnError) -> list[int]:
    """Return the positions of the images that have the size that the annotations state."""
    kept = []
    for index, (path, stated) in enumerate(zip(read.paths, read.sizes, strict=True)):
        width, height = (int(side) for side in sizes[index])
        if stated is None or stated == (width, height):
            kept.append(index)
            continue
        sides = f"{width} x {height}, annotated as {stated[0]} x {stated[1]}"
        if on_error == "raise":
            raise ValueError(
                "The annotations state another size than the upright image has: use the images "
                'that were annotated, turned upright, or pass on_error="skip" to leave such images '
                f"out. Received: {printable(path)}, {sides}"
            )
        read.skipped.append((path, sides))
    return kept


def _drop_damaged(read: BoxedImages, sizes: np.ndarray, on_error: OnError) -> list[tuple[str, str]]:
    """Remove the invalid boxes and return their names and reasons, or raise an error."""
    damaged = []
    for index, path in enumerate(read.paths):
        width, height = (int(side) for side in sizes[index])
        good = []
        for number, box in enumerate(read.boxes[index]):
            reason = _damage(box, width, height)
            if reason is None:
                good.append(number)
            else:
                damaged.append((f"{printable(path)}, box {number + 1}", f"{reason}: {list(box)!r}"))
        edges = np.array([width, height, width, height])
        read.boxes[index] = [
            np.clip(np.array(read.boxes[index][number], float), 0, edges) for number in good
        ]
        read.names[index] = [read.names[index][number] for number in good]
    if damaged and on_error == "raise":
        total = len(damaged) + sum(map(len, read.boxes))
        listed = "\n".join(f"  {name}: {reason}" for name, reason in damaged[:10])
        more = f"\n  and {len(damaged) - 10} more" if len(damaged) > 10 else ""
        raise ValueError(
            f"{len(damaged)} of {total} boxes cannot be used:\n{listed}{more}\n"
            'Repair them, or pass on_error="skip" to leave these boxes out. '
            f"Received: {damaged[0][0]}"
        )
    if not sum(map(len, read.boxes)):
        raise ValueError(
            f"There are no boxes to train on. Received: {len(read.paths)} images without boxes"
        )
    return damaged


def _damage(box: Sequence[float], width: int, height: int) -> str | None:
    try:
        x1, y1, x2, y2 = (float(value) for value in box)
    except (TypeError, ValueError):
        return "a box must be four numbers"
    if not np.isfinite([x1, y1, x2, y2]).all():
        return "a number is not finite"
    if x2 <= x1 or y2 <= y1:
        return "it has no area, with x1, y1, x2, y2"
    if max(x2, y2) <= 1 and min(width, height) > 4:
        return "it is in fractions of the image, not in pixels, with x1, y1, x2, y2"
    over = max(-x1, -y1, x2 - width, y2 - height)
    if over > _ROUNDING:
        return f"it is outside the image of {width} x {height}, with x1, y1, x2, y2"
    return None


def _classes(read: BoxedImages, parts: np.ndarray) -> tuple[str, ...]:
    trained = [n for names, part in zip(read.names, parts, strict=True) if part == 0 for n in names]
    if not trained:
        raise ValueError(
            "The training split has no boxes to train on. "
            f"Received: {int((parts == 0).sum())} training images without boxes"
        )
    order_classes([name for names in read.names for name in names])
    classes = read.class_names or order_classes(trained)
    for names, part, path in zip(read.names, parts, read.paths, strict=True):
        unknown = [name for name in names if name not in classes]
        if unknown:
            raise ValueError(
                f"The {PARTS[part]} split has a class that the training split does not have: spell "
                "classes alike in all files, add training images of the class, or remove it. "
                f"Training has {', '.join(map(repr, classes[:20]))}. "
                f"Received: {unknown[0]!r} in {printable(path)}"
            )
    return classes
