"""A folder with small data of every kind, under the names that docs/command-line.md uses."""

import csv
import json
import random
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from sklearn.datasets import load_digits

CLASSES = ("round", "straight")
_SIDE = 32
_GOOD = ("a warm and clever story", "wonderful from start to end", "moving and funny")
_BAD = ("a dull and empty story", "boring from start to end", "tired and clumsy")
_PEOPLE, _PLACES = ("Ada", "Bo", "Cy"), ("Rome", "Oslo", "Bern")


def write_project(folder: Path) -> Path:
    """Write the data.

    Args:
        folder: Exists and is empty.

    Returns:
        The folder.
    """
    for name, start in (("photos", 0), ("more_photos", 16), ("new_photos", 24)):
        _photos(folder / name, start)
    _digit(0, 30).save(folder / "new.jpg")
    _tables(folder, random.Random(0))
    _coco(folder)
    _voc(folder / "voc")
    _conll(folder / "names.conll")
    (folder / "sentences.txt").write_text("a warm story\na dull story\n", encoding="utf-8")
    return folder


def _digit(digit: int, number: int) -> Image.Image:
    digits = load_digits()
    pixels = digits.images[digits.target == digit][number] * (255 / 16)
    return Image.fromarray(pixels.astype(np.uint8)).resize((_SIDE, _SIDE)).convert("RGB")


def _photos(folder: Path, start: int) -> None:
    """Real handwritten zeros and ones, a folder for each class."""
    for digit, name in enumerate(CLASSES):
        (folder / name).mkdir(parents=True)
        for i in range(start, start + 16):
            _digit(digit, i).save(folder / name / f"{i}.png")


def _tables(folder: Path, chosen: random.Random) -> None:
    texts = []
    for i in range(40):
        good = i % 2 == 0
        words = chosen.choice(_GOOD if good else _BAD)
        genres = [name for name, each in (("drama", 2), ("comedy", 3)) if i % each == 0]
        texts.append(
            {
                "review": f"{words}, number {i} {' '.join(genres)}",
                "sentiment": "good" if good else "bad",
                "stars": 5 - i % 3 if good else 1 + i % 3,
                "genres": ";".join(genres),
                "drama": int("drama" in genres),
                "comedy": int("comedy" in genres),
            }
        )
    _table(folder / "reviews.csv", texts)
    _table(folder / "films.csv", [{**row, "plot": row["review"]} for row in texts])
    _table(folder / "texts.csv", [_renamed(row) for row in texts])
    images = []
    for name in CLASSES:
        for path in sorted((folder / "photos" / name).iterdir()):
            ink = float(np.asarray(Image.open(path)).mean())
            tags = [name, *(["dark"] if ink > 80 else [])]
            relative = path.relative_to(folder).as_posix()
            images.append({"file": relative, "label": ";".join(tags), "ink": round(ink, 1)})
    _table(folder / "images.csv", images)


def _renamed(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "text": row["review"], "label": row["sentiment"]}


def _table(path: Path, rows: list[dict[str, Any]]) -> None:
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def _coco(folder: Path) -> None:
    """Boxes around each digit; `boxes.json` has paths from its own folder."""
    for name, numbers, start in (
        ("train", range(8), ""),
        ("test", range(8, 11), ""),
        ("boxes", range(6), "photos/"),
    ):
        paths = [f"{start}{each}/{i}.png" for each in CLASSES for i in numbers]
        images = [
            {"id": i, "file_name": path, "width": _SIDE, "height": _SIDE}
            for i, path in enumerate(paths)
        ]
        boxes = [
            {
                "id": i,
                "image_id": i,
                "category_id": CLASSES.index(path.split("/")[-2]),
                "bbox": [2, 2, _SIDE - 4, _SIDE - 4],
            }
            for i, path in enumerate(paths)
        ]
        categories = [{"id": i, "name": each} for i, each in enumerate(CLASSES)]
        content = {"images": images, "annotations": boxes, "categories": categories}
        (folder / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")


def _voc(folder: Path) -> None:
    for part in ("Annotations", "JPEGImages"):
        (folder / part).mkdir(parents=True)
    for digit, name in enumerate(CLASSES):
        for i in range(6):
            _digit(digit, i).save(folder / f"JPEGImages/{name}{i}.jpg")
            (folder / f"Annotations/{name}{i}.xml").write_text(
                f"<annotation><filename>{name}{i}.jpg</filename>"
                f"<size><width>{_SIDE}</width><height>{_SIDE}</height><depth>3</depth></size>"
                f"<object><name>{name}</name><bndbox><xmin>3</xmin><ymin>3</ymin>"
                f"<xmax>{_SIDE - 2}</xmax><ymax>{_SIDE - 2}</ymax></bndbox></object></annotation>",
                encoding="utf-8",
            )


def _conll(path: Path) -> None:
    sentences = [
        f"{_PEOPLE[i % 3]}\tB-person\nsaw\tO\n{_PLACES[i % 2]}\tB-place\n.\tO\n" for i in range(20)
    ]
    path.write_text("\n".join(sentences), encoding="utf-8")
