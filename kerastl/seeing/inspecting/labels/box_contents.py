"""Find boxes whose content looks like another class."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from kerastl.basics.progress import step
from kerastl.data.splits.box_split import BoxSplit
from kerastl.seeing.inspecting.labels.classes import class_evidence

if TYPE_CHECKING:
    from kerastl.backbones.backbone import Backbone

_MARGIN = 0.1  # of a box's sides, around it
# Pixels of all contents, relative to those of the images as read. Small contents show their class
# nearly as well as large ones (benchmarks/box_errors.py).
_PIXELS = 0.4
_LEAST_SIDE = 64  # pixels


@dataclass(frozen=True)
class OtherClass:
    """A box whose content looks more like another class than like its own.

    Attributes:
        image: Position of the image.
        box: Number of the box.
        kind: The other class.
        score: How sure it is, from 0 to 1.
        probable: Whether the label is probably wrong.
    """

    image: int
    box: int
    kind: int
    score: float
    probable: bool


def boxes_of_other_classes(
    whole: BoxSplit, backbone: Backbone, groups: np.ndarray, seed: int
) -> list[OtherClass]:
    """Compare the content of each box with the contents of other boxes.

    Contents are read at a size at which all of them have less than half of the pixels of the
    images, but not below 64 x 64 pixels, and at the own size of a backbone that takes no other.

    Args:
        whole: The images with their boxes.
        backbone: The backbone that reads the contents.
        groups: Group of each image; copies are held out together.
        seed: Seed of the folds.

    Returns:
        The boxes, the surest first.

    Raises:
        ValueError: If an image cannot be decoded, or no class has two boxes.
    """
    from kerastl.tasks.embedding.embedding import Embedding

    size = _content_size(backbone, len(whole), sum(map(len, whole.boxes)))
    contents, owners = [], []
    with step("Reading boxes", len(whole)) as advance:
        for index in range(len(whole)):
            for number, content in _contents(whole, index, size):
                contents.append(content)
                owners.append((index, number))
            advance(1)
    if not contents:
        return []
    vectors = Embedding(backbone, image_size=size).embed(contents)
    labels = np.array([int(whole.kinds[index][number]) for index, number in owners], np.int64)
    centred = (vectors - vectors.mean(axis=0)).astype("float32")
    of_box = groups[[index for index, _ in owners]]
    evidence = class_evidence(centred, labels, len(whole.class_names), of_box, seed)
    found = []
    for row in evidence.ranked().tolist():
        image, number = owners[row]
        score, other = float(evidence.score[row]), int(evidence.best[row])
        found.append(OtherClass(image, number, other, score, bool(evidence.probable[row])))
    return found


def _content_size(backbone: Backbone, images: int, boxes: int) -> tuple[int, int]:
    """Return the height and width at which the contents of boxes are read."""
    own = backbone.image_size
    assert own is not None
    multiple = backbone.size_step
    if multiple is None or not boxes:
        return own
    share = min(1.0, float(np.sqrt(_PIXELS * images / boxes)))
    # Each side keeps its remainder, as the image sizes of a recipe do.
    most = max(0, (min(own) - _LEAST_SIDE) // multiple)
    smaller = multiple * min(most, math.ceil((1 - share) * min(own) / multiple))
    return own[0] - smaller, own[1] - smaller


def _contents(
    whole: BoxSplit, index: int, size: tuple[int, int]
) -> Iterator[tuple[int, np.ndarray]]:
    """Read the upright pixels inside each box of an image that has an area.

    Yields:
        The number of the box, and uint8 of shape `(height, width, 3)`, not larger than `size`.
    """
    from PIL import Image

    from kerastl.data.images.pillow_decoding import decode_with_pillow

    if not len(whole.boxes[index]):
        return
    pixels: Any = decode_with_pillow(whole.inputs.encoded(index), whole.inputs.name(index))
    height, width = pixels.shape[:2]
    for number, (x1, y1, x2, y2) in enumerate(whole.boxes[index].tolist()):
        across, down = _MARGIN * (x2 - x1), _MARGIN * (y2 - y1)
        left, top = max(0, int(x1 - across)), max(0, int(y1 - down))
        right, bottom = min(width, int(x2 + across) + 1), min(height, int(y2 + down) + 1)
        if right <= left or bottom <= top:
            continue
        content = np.ascontiguousarray(pixels[top:bottom, left:right])
        smaller = min(size[1], right - left), min(size[0], bottom - top)
        if smaller != (right - left, bottom - top):
            # The contents of all boxes are kept in memory.
            resized = Image.fromarray(content).resize(smaller, Image.Resampling.BILINEAR)
            content = np.asarray(resized)
        yield number, content
