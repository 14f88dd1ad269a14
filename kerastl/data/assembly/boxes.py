"""The last step of every source of images with boxes: check, split, and make the `Dataset`."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from kerastl.data.assembly.labels import order_classes
from kerastl.data.images.encoded_images import EncodedImages
from kerastl.data.images.inspection import OnError, inspect_images
from kerastl.data.images.upright_sizes import upright_sizes
from kerastl.data.splits.box_split import BoxSplit
from kerastl.data.splits.dataset import Dataset
from kerastl.data.splits.splitting import PARTS, check_fractions, named_parts, split

# Annotation tools round; more than a pixel over the edge is a mistake.
_ROUNDING = 1.0


@dataclass
class BoxedImages:
    """What a source has read, before it is checked and split.

    Attributes:
        paths: The image files.
        boxes: For each image rows of x1, y1, x2, y2 in pixels, as they are written.
        names: For each image the class name of every box.
        sizes: For each image the width and height that the source states, or None.
        parts: One of `PARTS` each, or None where the source names none.
        class_names: The classes in their order, where the source lists them.
        notes: Sentences for the summary.
    """

    paths: list[str] = field(default_factory=list)
    boxes: list[list[Sequence[float]]] = field(default_factory=list)
    names: list[list[str]] = field(default_factory=list)
    sizes: list[tuple[int, int] | None] = field(default_factory=list)
    parts: list[str] | None = None
    class_names: tuple[str, ...] | None = None
    notes: list[str] = field(default_factory=list)

    def keep(self, indices: Sequence[int]) -> None:
        """Reduce everything to some of the images."""
        self.paths = [self.paths[i] for i in indices]
        self.boxes = [self.boxes[i] for i in indices]
        self.names = [self.names[i] for i in indices]
        self.sizes = [self.sizes[i] for i in indices]
        self.parts = self.parts and [self.parts[i] for i in indices]


def assemble_boxed(
    read: BoxedImages, validation_split: float, test_split: float, seed: int, on_error: OnError
) -> Dataset:
    """Check images and boxes, and divide them.

    Args:
        read: What a source has read; changed in place.
        validation_split: The share to hold out for validation: of all images, or of the
            training part where the source names a test part.
        test_split: The share of all images to hold out for testing.
        seed: Chooses the split.
        on_error: `"raise"` one error that counts and names unreadable images or damaged boxes,
            or `"skip"` and list them in `Dataset.skipped`.

    Returns:
        The data set; its splits are `BoxSplit`s.

    Raises:
        ValueError: If there are no images or no boxes, some cannot be used, or a held-out part
            has a class that training never saw.
    """
    check_fractions(validation_split, test_split)
    if not read.paths:
        raise ValueError("There are no images. Received: an empty source")
    found = inspect_images(read.paths, read.paths.__getitem__, on_error)
    read.keep(found.kept)
    images = EncodedImages(read.paths, found.headers, np.arange(len(read.paths)))
    sizes = upright_sizes(images)
    skipped = [*found.skipped, *_drop_damaged(read, sizes, on_error)]
    parts = named_parts(read.parts, len(read.paths), validation_split, test_split)
    classes = _classes(read, parts)
    position = {name: index for index, name in enumerate(classes)}
    kinds = [np.array([position[name] for name in names], np.int32) for names in read.names]
    boxes = [np.array(each, np.float32).reshape(-1, 4) for each in read.boxes]
    whole = BoxSplit(images, boxes, kinds, classes, sizes)
    training = np.flatnonzero(parts == 0)
    if validation_split or test_split:
        strata = whole.subset(training).strata
        parts[training] = split(strata, classes, validation_split, test_split, seed)
    made = [whole.subset(np.flatnonzero(parts == part)) for part in range(len(PARTS))]
    if empty := sum(not len(each) for each in kinds):
        read.notes.append(f"images without a box, which teach what is none: {empty}")
    return Dataset(
        made[0],
        made[1] if len(made[1]) else None,
        made[2] if len(made[2]) else None,
        skipped=skipped,
        notes=read.notes,
    )


def _drop_damaged(read: BoxedImages, sizes: np.ndarray, on_error: OnError) -> list[tuple[str, str]]:
    """Leave out boxes that mark nothing, and name them; or raise."""
    damaged = []
    for index, path in enumerate(read.paths):
        width, height = (int(side) for side in sizes[index])
        told = read.sizes[index]
        if told is not None and told != (width, height):
            raise ValueError(
                "The annotations are of an image of another size, so that no box would fit: use "
                "the images that were annotated, turned upright. "
                f"Received: {path}, {width} x {height}, annotated as {told[0]} x {told[1]}"
            )
        good = []
        for number, box in enumerate(read.boxes[index]):
            reason = _damage(box, width, height)
            if reason is None:
                good.append(number)
            else:
                damaged.append((f"{path}, box {number + 1}", f"{reason}: {list(box)!r}"))
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
            f"There is no box to learn from. Received: {len(read.paths)} images without boxes"
        )
    return damaged


def _damage(box: Sequence[float], width: int, height: int) -> str | None:
    try:
        x1, y1, x2, y2 = (float(value) for value in box)
    except (TypeError, ValueError):
        return "a box is four numbers"
    if not np.isfinite([x1, y1, x2, y2]).all():
        return "a number is not finite"
    if x2 <= x1 or y2 <= y1:
        return "it has no area; x1, y1, x2, y2 are"
    if max(x2, y2) <= 1 and min(width, height) > 4:
        return "shares of the image where pixels are needed; x1, y1, x2, y2 are"
    over = max(-x1, -y1, x2 - width, y2 - height)
    if over > _ROUNDING:
        return f"it lies outside the image of {width} x {height}; x1, y1, x2, y2 are"
    return None


def _classes(read: BoxedImages, parts: np.ndarray) -> tuple[str, ...]:
    trained = [n for names, part in zip(read.names, parts, strict=True) if part == 0 for n in names]
    if not trained:
        raise ValueError(
            "The training part has no box to learn from. "
            f"Received: {int((parts == 0).sum())} training images without boxes"
        )
    classes = read.class_names or order_classes(trained)
    for names, part, path in zip(read.names, parts, read.paths, strict=True):
        unknown = [name for name in names if name not in classes]
        if unknown:
            raise ValueError(
                f"The {PARTS[part]} part has a label that the label list of training lacks: write "
                "labels alike in all files, add training images with it or remove it. "
                f"Received: {unknown[0]!r} in {path}; training has "
                f"{', '.join(map(repr, classes[:20]))}"
            )
    return classes
