"""The small recipe of object detection, with squares it can find."""

import json
from pathlib import Path
from typing import Any

import keras
import numpy as np
from PIL import Image

import kerastl as ktl
from kerastl.tasks.object_detection.box_decoding import Boxes
from kerastl.tasks.object_detection.evaluation import DetectionEvaluation
from tests.contracts.recipes_under_test import Case

SIZE = 48
COLOURS = ("blue", "green", "red")


def network():
    """Return a network whose stages have strides 2, 4 and 8."""
    pixels = keras.Input((SIZE, SIZE, 3))
    x = keras.layers.Rescaling(1 / 127.5, -1)(pixels)
    for number in (1, 2, 3):
        x = keras.layers.Conv2D(12, 3, strides=2, padding="same", name=f"convolution{number}")(x)
        x = keras.layers.BatchNormalization(name=f"norm{number}")(x)
        x = keras.layers.ReLU(name=f"stage{number}_end")(x)
    return keras.Model(pixels, x, name="squares")


def backbone():
    """Declare the network as a backbone."""
    return ktl.backbone(network(), stages={f"stage{n}": f"stage{n}_end" for n in (1, 2, 3)})


def write_squares(folder: Path, count: int = 60, seed: int = 0) -> Path:
    """Write images of one or two coloured squares, and their boxes as COCO has them."""
    generator = np.random.default_rng(seed)
    (folder / "images").mkdir(parents=True, exist_ok=True)
    told: dict[str, list[Any]] = {"images": [], "annotations": [], "categories": []}
    told["categories"] = [{"id": 7 + i, "name": name} for i, name in enumerate(COLOURS)]
    for number in range(count):
        pixels = generator.integers(0, 90, (SIZE, SIZE, 3)).astype(np.uint8)
        for half in range(1 + number % 2):
            side = int(generator.integers(14, 20))
            x = half * SIZE // 2 + int(generator.integers(0, SIZE // 2 - side + 1))
            y = int(generator.integers(0, SIZE - side))
            kind = int(generator.integers(3))
            pixels[y : y + side, x : x + side, 2 - kind] = 250
            told["annotations"].append(
                {"image_id": number, "category_id": 7 + kind, "bbox": [x, y, side, side]}
            )
        Image.fromarray(pixels).save(folder / "images" / f"{number}.png")
        told["images"].append(
            {"id": number, "file_name": f"{number}.png", "width": SIZE, "height": SIZE}
        )
    (folder / "boxes.json").write_text(json.dumps(told), encoding="utf-8")
    return folder


def squares(folder: Path, **options: Any) -> ktl.data.Dataset:
    """Write and read such images."""
    write_squares(folder)
    return ktl.data.coco(folder / "boxes.json", folder / "images", **options)


def map_again(predictions: list[Any], split: ktl.data.BoxSplit) -> float:
    """Return mAP@.5 of predictions in the pixels of the images."""
    found = [
        Boxes(
            np.array([each.box for each in answer]).reshape(-1, 4),
            np.array([split.class_names.index(each.label) for each in answer], int),
            np.array([each.score for each in answer]),
        )
        for answer in predictions
    ]
    true = [
        np.concatenate([boxes, kinds[:, None]], axis=1)
        for boxes, kinds in zip(split.boxes, split.kinds, strict=True)
    ]
    return DetectionEvaluation.from_boxes(found, true, split.class_names).map50


def check_detections(answer: Any, data: ktl.data.Dataset) -> None:
    """Demand boxes inside the image, the surest first."""
    assert answer, "the recipe finds something in an image with a square"
    scores = [each.score for each in answer]
    assert scores == sorted(scores, reverse=True)
    for each in answer:
        x1, y1, x2, y2 = each.box
        assert 0 <= x1 < x2 <= SIZE
        assert 0 <= y1 < y2 <= SIZE
        assert each.label in data.class_names
        assert 0 < each.score <= 1


def box_case(folder: Path) -> Case:
    """A tiny network and squares whose class is their colour."""
    data = squares(folder / "squares", validation_split=0.2, test_split=0.2)
    path = folder / "squares" / "images" / "1.png"
    return Case(
        make=lambda: ktl.ObjectDetection(backbone(), image_size=(SIZE, SIZE), width=16),
        data=data,
        raw=[str(path), path, path.read_bytes(), Image.open(path), np.asarray(Image.open(path))],
        first_stage="stage1",
        learnable=0.3,
        default_needs_more=True,
        quick=[ktl.Phase("all", epochs=15, learning_rate=1e-2)],
        figure=lambda evaluation: evaluation.map50,
        recount=map_again,
        check_answer=check_detections,
    )
