"""Scenes with known boxes, composed of real photographs, in COCO's format.

Objects are catalogue photos on white, cut out and pasted on photos of other things. A photo serves
either training or test scenes, as object or as background.
"""

import json
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

CLASSES = ("backpack", "headphones", "mouse", "mug")
_SIZE = 256
_WHITE = 244
_LEAST_COVER = 0.15


def cut_out(path: Path) -> Image.Image | None:
    """Cut an object out of a photo on white; None where the photo shows none such.

    White that joins the edge of the photo becomes transparent; white inside the object stays.
    """
    from scipy import ndimage

    photo = Image.open(path).convert("RGB")
    white = np.asarray(photo).min(axis=-1) >= _WHITE
    edges = (white[0], white[-1], white[:, 0], white[:, -1])
    if np.concatenate(edges).mean() < 0.95:
        return None
    regions, _ = ndimage.label(white)
    edges = (regions[0], regions[-1], regions[:, 0], regions[:, -1])
    outside = np.unique(np.concatenate(edges))
    object_ = ~np.isin(regions, outside[outside > 0])
    parts, count = ndimage.label(object_)
    if not count:
        return None
    object_ = parts == 1 + np.argmax(ndimage.sum(object_, parts, range(1, count + 1)))
    object_ = ndimage.binary_fill_holes(ndimage.binary_opening(object_, iterations=2))
    if object_.mean() < _LEAST_COVER:
        return None
    mask = Image.fromarray((object_ * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(1))
    photo.putalpha(mask)
    rows, columns = np.flatnonzero(object_.any(axis=1)), np.flatnonzero(object_.any(axis=0))
    return photo.crop((columns[0], rows[0], columns[-1] + 1, rows[-1] + 1))


def compose(shared: Path, out: Path, train: int = 300, test: int = 100, seed: int = 0) -> Path:
    """Write scenes with one to three objects each.

    Args:
        shared: The folder with `adaptation/office10_images` and `images/trashnet6_subset`.
        out: Where `train.json`, `test.json` and `images` go.
        train: Training scenes.
        test: Test scenes, of other photos.
        seed: Seed of everything.

    Returns:
        `out`.
    """
    generator = np.random.default_rng(seed)
    (out / "images").mkdir(parents=True, exist_ok=True)
    objects: dict[str, dict[str, list[Image.Image]]] = {"train": {}, "test": {}}
    for name in CLASSES:
        folder = shared / "adaptation" / "office10_images" / "amazon" / name
        cut = [each for path in sorted(folder.iterdir()) if (each := cut_out(path)) is not None]
        order = generator.permutation(len(cut))
        kept = len(cut) * 3 // 4
        objects["train"][name] = [cut[i] for i in order[:kept]]
        objects["test"][name] = [cut[i] for i in order[kept:]]
    for part, count in (("train", train), ("test", test)):
        behind = sorted((shared / "images" / "trashnet6_subset" / part).glob("*/*.jpg"))
        _write(out, part, count, objects[part], behind, generator)
    return out


def _write(
    out: Path,
    part: str,
    count: int,
    objects: dict[str, list[Image.Image]],
    behind: list[Path],
    generator: np.random.Generator,
) -> None:
    told: dict[str, list[dict]] = {
        "images": [],
        "annotations": [],
        "categories": [{"id": i + 1, "name": name} for i, name in enumerate(CLASSES)],
    }
    for number in range(count):
        scene = _background(behind[generator.integers(len(behind))], generator)
        taken: list[tuple[int, int, int, int]] = []
        for _ in range(generator.integers(1, 4)):
            kind = int(generator.integers(len(CLASSES)))
            choices = objects[CLASSES[kind]]
            placed = _place(scene, choices[generator.integers(len(choices))], taken, generator)
            if placed is None:
                continue
            x1, y1, x2, y2 = placed
            told["annotations"].append(
                {
                    "id": len(told["annotations"]) + 1,
                    "image_id": number + 1,
                    "category_id": kind + 1,
                    "bbox": [x1, y1, x2 - x1, y2 - y1],
                }
            )
        name = f"{part}_{number:04d}.jpg"
        scene.save(out / "images" / name, quality=92)
        told["images"].append(
            {"id": number + 1, "file_name": name, "width": scene.width, "height": scene.height}
        )
    (out / f"{part}.json").write_text(json.dumps(told), encoding="utf-8")


def _background(path: Path, generator: np.random.Generator) -> Image.Image:
    photo = Image.open(path).convert("RGB")
    side = int(min(photo.size) * generator.uniform(0.7, 1.0))
    x = int(generator.integers(photo.width - side + 1))
    y = int(generator.integers(photo.height - side + 1))
    return photo.crop((x, y, x + side, y + side)).resize((_SIZE, _SIZE))


def _place(
    scene: Image.Image,
    thing: Image.Image,
    taken: list[tuple[int, int, int, int]],
    generator: np.random.Generator,
) -> tuple[int, int, int, int] | None:
    scale = _SIZE * generator.uniform(0.2, 0.5) / max(thing.size)
    thing = thing.resize([max(8, round(side * scale)) for side in thing.size])
    if generator.random() < 0.5:
        thing = thing.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    for _ in range(20):
        x = int(generator.integers(_SIZE - thing.width + 1))
        y = int(generator.integers(_SIZE - thing.height + 1))
        box = (x, y, x + thing.width, y + thing.height)
        if all(_shared(box, other) == 0 for other in taken):
            scene.paste(thing, (x, y), thing)
            taken.append(box)
            return box
    return None


def _shared(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> int:
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    return max(0, width) * max(0, height)
