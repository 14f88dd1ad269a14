"""Images with boxes, annotated as COCO does."""

import json
from pathlib import Path
from typing import Any

from kerastl.data.assembly.boxes import BoxedImages, assemble_boxed
from kerastl.data.images.inspection import OnError
from kerastl.data.splits.dataset import Dataset


def coco(
    annotations: str | Path,
    images: str | Path,
    *,
    validation: str | Path | None = None,
    test: str | Path | None = None,
    validation_split: float = 0.0,
    test_split: float = 0.0,
    seed: int = 0,
    on_error: OnError = "raise",
) -> Dataset:
    """Read images and boxes from COCO's JSON files.

    A file has `images` (`id`, `file_name`, `width`, `height`), `categories` (`id`, `name`) and
    `annotations` (`image_id`, `category_id`, `bbox` as x, y, width, height in pixels). Categories
    without a box are left out, and so are boxes around crowds (`iscrowd`). Size and boxes are of
    the upright image.

    Args:
        annotations: The JSON file of all images, or of the training part.
        images: The folder that `file_name` starts from.
        validation: A JSON file of the validation part. Defaults to None.
        test: A JSON file of the test part. Defaults to None.
        validation_split: The share to hold out for validation. Defaults to 0.
        test_split: The share to hold out for testing. Defaults to 0.
        seed: Chooses the split. Defaults to 0.
        on_error: `"raise"` one error that counts and names unreadable images and damaged boxes,
            or `"skip"` and list them in `Dataset.skipped`. Defaults to `"raise"`.

    Returns:
        The data set; its splits are `BoxSplit`s.

    Raises:
        ValueError: If a file is not what is described above, the lists of categories differ, or
            boxes or images cannot be used.

    Example:
    ```python
    data = kerastl.data.coco("train.json", "images", test="test.json", validation_split=0.2)
    print(data)
    ```
    """
    read = BoxedImages(parts=[])
    lists: dict[str, list[str]] = {}
    files = {"train": annotations, "validation": validation, "test": test}
    for part, path in files.items():
        if path is not None:
            lists[str(path)] = _read(Path(path), Path(images), part, read)
    (first, names), *others = lists.items()
    for path, other in others:
        if set(other) != set(names):
            odd = ", ".join(map(repr, sorted(set(names) ^ set(other))[:10]))
            raise ValueError(
                "The files have different lists of categories, which must be the same in all: "
                f"{odd} stands in one alone. Received: {first} and {path}"
            )
    used = {name for each in read.names for name in each}
    read.class_names = tuple(name for name in names if name in used) or None
    return assemble_boxed(read, validation_split, test_split, seed, on_error)


def _read(path: Path, images: Path, part: str, read: BoxedImages) -> list[str]:
    """Append what a file has; return its categories."""
    told = _load(path)
    names = {each["id"]: str(each["name"]) for each in told["categories"]}
    if len(set(names.values())) < len(names):
        raise ValueError(f"Two categories have the same name. Received: {str(path)!r}")
    place = {}
    for each in told["images"]:
        if each["id"] in place:
            raise ValueError(f"Two images have the id {each['id']!r}. Received: {str(path)!r}")
        place[each["id"]] = len(read.paths)
        read.paths.append(str(images / each["file_name"]))
        width: Any = each.get("width")
        height: Any = each.get("height")
        unknown = width is None or height is None
        read.sizes.append(None if unknown else (int(width), int(height)))
        read.boxes.append([])
        read.names.append([])
        assert read.parts is not None
        read.parts.append(part)
    crowds = 0
    for each in told["annotations"]:
        if each.get("iscrowd"):
            crowds += 1
            continue
        for key, known in (("image_id", place), ("category_id", names)):
            if each[key] not in known:
                raise ValueError(
                    f"An annotation names {key} {each[key]!r}, which the file does not list. "
                    f"Received: {str(path)!r}"
                )
        read.boxes[place[each["image_id"]]].append(_corners(each["bbox"]))
        read.names[place[each["image_id"]]].append(names[each["category_id"]])
    if crowds:
        read.notes.append(f"boxes around crowds, left out: {crowds} of {path}")
    return list(names.values())


def _load(path: Path) -> dict[str, list[dict[str, Any]]]:
    needed = {
        "images": {"id", "file_name"},
        "categories": {"id", "name"},
        "annotations": {"image_id", "category_id", "bbox"},
    }
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ValueError(f"There is no such file. Received: {str(path)!r}") from None
    except ValueError as error:
        raise ValueError(f"The file is not JSON: {error}. Received: {str(path)!r}") from None
    for section, keys in needed.items():
        rows = told.get(section) if isinstance(told, dict) else None
        if not isinstance(rows, list):
            raise ValueError(
                f"COCO's annotations have a list {section!r}. Received: {str(path)!r} without one"
            )
        for row in rows:
            if not isinstance(row, dict) or not keys <= set(row):
                raise ValueError(
                    f"Every entry of {section!r} has {', '.join(sorted(keys))}. "
                    f"Received: {str(row)[:80]} in {str(path)!r}"
                )
    return dict(told)


def _corners(box: Any) -> Any:
    """Return x1, y1, x2, y2 of x, y, width, height; anything else as it is."""
    try:
        x, y, width, height = (float(value) for value in box)
    except (TypeError, ValueError):
        return box
    return [x, y, x + width, y + height]
