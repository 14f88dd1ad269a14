"""Detect objects with an exported file, using LiteRT and NumPy only.

pip install ai-edge-litert numpy pillow
python detect.py float16.tflite photo.jpg

The file's one output, `scores`, has the shape (1, anchors, 4 + classes): how each anchor is moved
to its object, and the logit of each class. The anchors follow from `decoding` in the file's own
`kerastl.json`. A program in another language needs only `decode` below.
"""

from pathlib import Path

import numpy as np
from classify import Model, printable, read_description, read_image, run

_SCALES = (1.0, 2 ** (1 / 3), 2 ** (2 / 3))
_RATIOS = (0.5, 1.0, 2.0)


class Detector:
    """A `.tflite` file that kerastl exported. It needs no other file.

    Several threads may share a detector: the network answers them one after the other.

    Args:
        path: The file. Labels, preprocessing and decoding are in the archive at its end.
    """

    def __init__(self, path: str | Path) -> None:
        description, _ = read_description(path, "detect.py")
        self.labels: list[str] = description["labels"]
        self._preparing, self._decoding = description["preprocessing"], description["decoding"]
        self._model = Model(path)

    def __call__(self, item: str | bytes | Path) -> list[tuple[str, float, list[float]]]:
        """Detect the objects in one image (a path, or the file's bytes).

        Returns:
            Label, score and box of each, highest score first; x1, y1, x2, y2 as shares of the
            upright image's width and height.
        """
        pixels = read_image(item, self._preparing)
        scores = self._model(pixels=pixels.astype(self._model.inputs["pixels"]["dtype"]))
        return [
            (self.labels[kind], float(score), box.tolist())
            for box, kind, score in zip(*decode(scores, self._decoding), strict=True)
        ]


def decode(scores: np.ndarray, description: dict) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Decode the scores of one image to boxes.

    Args:
        scores: Shape (anchors, 4 + classes).
        description: The entry `decoding` of the file's `kerastl.json`.

    Returns:
        Boxes of shape (count, 4) as shares of width and height, classes and scores, highest score
        first.
    """
    height, width = description["image_size"]
    edges = np.array([width, height, width, height], np.float32)
    anchors = _anchors(description)
    sides = anchors[:, 2:] - anchors[:, :2]
    moves = scores[:, :4] * np.array(description["variances"], np.float32)
    centres = anchors[:, :2] + sides / 2 + moves[:, :2] * sides
    half = sides * np.exp(np.minimum(moves[:, 2:], 10)) / 2
    boxes = np.clip(np.concatenate([centres - half, centres + half], 1), 0, edges)
    sure = 0.5 * (1 + np.tanh(scores[:, 4:] / 2))
    found = []
    for kind in range(sure.shape[1]):
        candidates = np.flatnonzero(sure[:, kind] > description["least_score"])
        order = candidates[np.argsort(-sure[candidates, kind], kind="stable")]
        for place in _suppress(boxes, order, description["overlap"], description["most_boxes"]):
            found.append((float(sure[place, kind]), kind, place))
    found = sorted(found, key=lambda each: -each[0])[: description["most_boxes"]]
    kept = np.array([place for _, _, place in found], int)
    kinds = np.array([kind for _, kind, _ in found], int)
    return boxes[kept] / edges, kinds, np.array([score for score, _, _ in found])


def _anchors(description: dict) -> np.ndarray:
    """Nine boxes on the middle of every cell, level by level, row by row."""
    made = []
    for stride in description["strides"]:
        rows, columns = (-(-side // stride) for side in description["image_size"])
        for y in range(rows):
            for x in range(columns):
                for ratio in _RATIOS:
                    for scale in _SCALES:
                        side = 4 * stride * scale
                        half = side / np.sqrt(ratio) / 2, side * np.sqrt(ratio) / 2
                        middle = (x + 0.5) * stride, (y + 0.5) * stride
                        made.append([middle[0] - half[0], middle[1] - half[1]])
                        made[-1] += [middle[0] + half[0], middle[1] + half[1]]
    return np.array(made, np.float32)


def _suppress(boxes: np.ndarray, order: np.ndarray, overlap: float, most: int) -> list[int]:
    """Keep the surest box, drop those that it covers, and so on."""
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    kept: list[int] = []
    while len(order) and len(kept) < most:
        first, order = order[0], order[1:]
        kept.append(int(first))
        shared = np.minimum(boxes[order, 2:], boxes[first, 2:])
        shared = np.maximum(shared - np.maximum(boxes[order, :2], boxes[first, :2]), 0)
        both = shared[:, 0] * shared[:, 1]
        union = np.maximum(areas[order] + areas[first] - both, 1e-9)
        order = order[both / union <= overlap]
    return kept


def main(path: str, items: list[str]) -> None:
    """Print the objects in each image that the file is fairly sure of."""
    detect = Detector(path)
    for item in items:
        for label, score, box in detect(item):
            if score >= 0.3:
                shown = ", ".join(f"{value:.3f}" for value in box)
                print(f"{printable(item)}\t{printable(label)}\t{score:.3f}\t{shown}")


if __name__ == "__main__":
    run(main)
