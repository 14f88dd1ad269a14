"""Find objects without a box, and boxes that are not where their object is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from kerastl.basics.progress import step
from kerastl.data.splits.box_split import BoxSplit
from kerastl.data.splits.split import Split
from kerastl.seeing.inspecting.labels.classes import LabelEvidence, class_evidence
from kerastl.tasks.object_detection.matching import overlaps

if TYPE_CHECKING:
    from kerastl.backbones.backbone import Backbone

_FEWEST_PLACES = 12  # along a side of the finest map
_WIDTH = 256  # directions of the features of a place
_CHUNK = 500  # images whose places are compared, which bounds the memory
_BATCH_SIZE = 32
_LEAST_PLACES = 3  # of an object without a box


@dataclass(frozen=True)
class Misplaced:
    """A box that is missing, or is not where its object is.

    Attributes:
        image: Position of the image.
        box: Number of the given box, or None if it is missing.
        kind: The class.
        place: x1, y1, x2 and y2 of the object in pixels of the upright image, as exact as the
            places of a feature map.
        score: How sure it is, from 0 to 1.
    """

    image: int
    box: int | None
    kind: int
    place: tuple[float, float, float, float]
    score: float


def misplaced_boxes(
    whole: BoxSplit, backbone: Backbone, groups: np.ndarray, seed: int
) -> list[Misplaced]:
    """Compare boxes with a linear probe on the places of feature maps.

    The probe predicts the class at a place, or background, from images of other groups. Connected
    places of one class are an object.

    Args:
        whole: The images with their boxes.
        backbone: The backbone whose feature maps are read, in one pass.
        groups: Group of each image; copies are held out together.
        seed: Seed of the folds.

    Returns:
        What is missing or misplaced, the surest first. Empty if the feature maps are too coarse.

    Raises:
        ValueError: If an image cannot be decoded.
    """
    found = []
    for start, features in _chunks(whole, backbone):
        rows = np.arange(start, start + len(features))
        height, width = features.shape[1:3]
        given = np.stack([_given(whole, int(row), height, width) for row in rows])
        flat = features.reshape(-1, features.shape[-1])
        places = np.repeat(groups[rows], height * width)
        try:
            evidence = class_evidence(
                flat - flat.mean(axis=0),
                given.ravel(),
                1 + len(whole.class_names),
                places,
                seed,
            )
        except ValueError:
            continue
        for index, row in enumerate(rows.tolist()):
            part = slice(index * height * width, (index + 1) * height * width)
            found += _compared(whole, row, given[index], evidence, part)
    return sorted(found, key=lambda each: -each.score)


def _given(whole: BoxSplit, index: int, height: int, width: int) -> np.ndarray:
    """Return the class at each place of a map, 0 for background and 1 for the first class."""
    given = np.zeros((height, width), np.int64)
    areas = (whole.boxes[index][:, 2:] - whole.boxes[index][:, :2]).prod(axis=1)
    # A small box in front of a large one keeps its places.
    for number in np.argsort(-areas).tolist():
        covered = _covered(whole.boxes[index][number], whole.sizes[index], height, width)
        given[covered] = whole.kinds[index][number] + 1
    return given


def _covered(box: np.ndarray, size: np.ndarray, height: int, width: int) -> np.ndarray:
    """Return which places of a map a box covers, at least one."""
    x1, y1, x2, y2 = box * np.array([width, height] * 2) / np.tile(size, 2)
    covered = np.zeros((height, width), bool)
    rows = slice(min(max(0, round(y1)), height - 1), max(round(y1) + 1, round(y2)))
    columns = slice(min(max(0, round(x1)), width - 1), max(round(x1) + 1, round(x2)))
    covered[rows, columns] = True
    return covered


def _compared(
    whole: BoxSplit, index: int, given: np.ndarray, evidence: LabelEvidence, part: slice
) -> list[Misplaced]:
    from scipy import ndimage

    best, own = evidence.best[part].reshape(given.shape), evidence.given[part].reshape(given.shape)
    other = evidence.other[part].reshape(given.shape)
    if not np.isfinite(own).all():
        return []
    seen = np.where(other > own, best, given)
    sure = np.maximum(own, other)
    height, width = given.shape
    scale = np.tile(whole.sizes[index], 2) / np.array([width, height] * 2)
    boxes, kinds = whole.boxes[index], whole.kinds[index]
    margin = np.abs(other - own)
    objects: list[tuple[int, np.ndarray, float, np.ndarray]] = []
    for kind in np.unique(seen[seen > 0]).tolist():
        parts, _ = ndimage.label(seen == kind)
        for number, (rows, columns) in enumerate(ndimage.find_objects(parts), start=1):
            inside = parts == number
            place = np.array([columns.start, rows.start, columns.stop, rows.stop]) * scale
            objects.append((kind - 1, place, float(sure[inside].mean()), inside))
    found = []
    for kind, place, confidence, inside in objects:
        size = int(inside.sum())
        overlap = _shares(place, boxes)
        if size >= _LEAST_PLACES and not (overlap > 0.1).any():
            score = confidence * min(1.0, size / 9)
            found.append(Misplaced(index, None, kind, tuple(place.tolist()), score))
    for number, (box, kind) in enumerate(zip(boxes, kinds.tolist(), strict=True)):
        same = [each for each in objects if each[0] == kind]
        if not same:
            continue
        ious = overlaps(box[None], np.stack([place for _, place, *_ in same]))[0]
        nearest = int(np.argmax(ious))
        _, place, confidence, inside = same[nearest]
        if inside.sum() >= _LEAST_PLACES and ious[nearest] > 0:
            covered = _covered(box, whole.sizes[index], height, width)
            wrong = covered ^ inside
            score = float((margin * wrong).sum() / (covered | inside).sum())
            found.append(Misplaced(index, number, kind, tuple(place.tolist()), score))
    return found


def _shares(place: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """Return the share of a place that each box covers."""
    low, high = np.maximum(boxes[:, :2], place[:2]), np.minimum(boxes[:, 2:], place[2:])
    return np.maximum(high - low, 0).prod(axis=1) / max((place[2:] - place[:2]).prod(), 1e-9)


def _chunks(whole: BoxSplit, backbone: Backbone) -> Iterator[tuple[int, np.ndarray]]:
    """Compute feature maps in one pass, and reduce their channels.

    Yields:
        The position of the first image, and float32 of shape `(images, height, width, features)`.
    """
    import keras

    size = backbone.image_size
    model = backbone.build(size)
    maps = _maps(model, backbone)
    if maps is None or size is None:
        return
    reader = keras.Model(model.inputs, list(maps))
    directions: Any = None
    held: list[np.ndarray] = []
    start = 0
    for fine, coarse in _predicted(reader, whole, size):
        rows = _nearest(fine.shape[1], coarse.shape[1]), _nearest(fine.shape[2], coarse.shape[2])
        if directions is None:
            joined = np.concatenate([fine, coarse[:, rows[0]][:, :, rows[1]]], axis=-1)
            directions = _directions(joined.reshape(-1, joined.shape[-1]))
        middle, axes = directions
        own = fine.shape[-1]
        # The places of the coarse map are multiplied once, before they are repeated.
        wide = coarse @ axes[own:]
        held.append(fine @ axes[:own] + wide[:, rows[0]][:, :, rows[1]] - middle @ axes)
        if sum(map(len, held)) >= _CHUNK:
            yield start, np.concatenate(held)
            start, held = start + sum(map(len, held)), []
    if held:
        yield start, np.concatenate(held)


def _predicted(reader: Any, whole: BoxSplit, size: tuple[int, int]) -> Iterator[list[np.ndarray]]:
    import keras

    images = Split("image", whole.inputs, None, ())
    with step("Computing feature maps", len(whole)) as advance:
        for pixels in images.pixels(size, _BATCH_SIZE).as_numpy_iterator():
            yield [keras.ops.convert_to_numpy(each) for each in reader.predict_on_batch(pixels)]
            advance(len(pixels))


def _nearest(fine: int, coarse: int) -> np.ndarray:
    return (np.arange(fine) * coarse) // fine


def _maps(model: Any, backbone: Backbone) -> tuple[Any, Any] | None:
    """Return the last map that is fine enough and the last map, or None if there is none."""
    import keras

    maps = []
    for name in backbone.stage_names:
        output = keras.tree.flatten(model.get_layer(name).output)[-1]
        if len(output.shape) == 4 and None not in output.shape[1:]:
            maps.append(output)
    fine = [each for each in maps if min(each.shape[1:3]) >= _FEWEST_PLACES]
    return (fine[-1], maps[-1]) if fine else None


def _directions(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean of some features, and the standardized directions in which they differ."""
    from scipy.linalg import eigh

    middle, spread = rows.mean(axis=0), np.maximum(rows.std(axis=0), 1e-6)
    scaled = ((rows - middle) / spread).astype("float64")
    width = scaled.shape[1]
    _, axes = eigh(scaled.T @ scaled, subset_by_index=(max(0, width - _WIDTH), width - 1))
    return middle.astype("float32"), (axes / spread[:, None]).astype("float32")
