"""Read images with bounding boxes from COCO files."""

import os
from pathlib import Path
from typing import Any

from kerastl.basics.files.damaged import ExplainedError, reading
from kerastl.basics.files.json_file import parse_json
from kerastl.data.assembly.boxes import BoxedImages, assemble_boxed
from kerastl.data.assembly.corrections import read_corrections
from kerastl.data.images.inspection import OnError, check_on_error
from kerastl.data.reading.encoding import read_text
from kerastl.data.reading.file_finder import FileFinder
from kerastl.data.splits.dataset import Dataset

_LARGEST_SIDE = 10**9


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
    pixel_range: tuple[float, float] | None = None,
    corrections: str | os.PathLike[str] | None = None,
) -> Dataset:
    """Read images with bounding boxes from COCO JSON files.

    A file has `images` (`id`, `file_name`, `width`, `height`), `categories` (`id`, `name`) and
    `annotations` (`image_id`, `category_id`, `bbox` as x, y, width, height in pixels of the upright
    image). Categories without boxes and boxes around crowds (`iscrowd`) are left out.

    Args:
        annotations: The JSON file of all images, or of the training split.
        images: The folder that `file_name` is relative to. Upper and lower case and a missing
            file extension do not matter.
        validation: The JSON file of the validation split. Defaults to None.
        test: The JSON file of the test split. Defaults to None.
        validation_split: Fraction to hold out for validation. Defaults to 0.
        test_split: Fraction to hold out for testing. Defaults to 0.
        seed: Seed of the split. Defaults to 0.
        on_error: `"raise"` one error that counts and names missing or unreadable images and invalid
            boxes, or `"skip"` them and list them in `Dataset.skipped`. Defaults to `"raise"`.
        pixel_range: As for `kerastl.data.arrays`. Defaults to None.
        corrections: As for `kerastl.data.image_folder`. Defaults to None.

    Returns:
        The data set. Its splits are `BoxSplit`s.

    Raises:
        ValueError: If a file does not have this form, the files have different categories, or
            boxes or images are unusable.

    Example:
    ```python
    data = kerastl.data.coco("train.json", "images", test="test.json", validation_split=0.2)
    print(data)
    ```
    """
    check_on_error(on_error)
    if not Path(images).is_dir():
        raise ValueError(f"There is no such folder of images. Received: {str(images)!r}")
    read = BoxedImages(parts=[])
    finder = FileFinder(Path(images))
    lists: dict[str, list[str]] = {}
    files = {"train": annotations, "validation": validation, "test": test}
    for part, path in files.items():
        if path is not None:
            with reading(path):
                lists[str(path)] = _read(Path(path), finder, part, read, on_error)
    (first, names), *others = lists.items()
    for path, other in others:
        if set(other) != set(names):
            odd = ", ".join(map(repr, sorted(set(names) ^ set(other))[:10]))
            raise ValueError(
                f"All files must have the same categories, but only one has {odd}. "
                f"Received: {first} and {path}"
            )
    used = {name for each in read.names for name in each}
    read.class_names = tuple(name for name in names if name in used) or None
    read.corrections = read_corrections(corrections)
    return assemble_boxed(read, validation_split, test_split, seed, on_error, pixel_range)


def _read(
    path: Path, images: FileFinder, part: str, read: BoxedImages, on_error: OnError
) -> list[str]:
    """Append the images and boxes of a file; return its categories."""
    content = _load(path)
    names = {each["id"]: str(each["name"]) for each in content["categories"]}
    if len(set(names.values())) < len(names):
        raise ExplainedError(f"Two categories have the same name. Received: {str(path)!r}")
    place = {}
    for each in content["images"]:
        if each["id"] in place:
            raise ExplainedError(f"Two images have the id {each['id']!r}. Received: {str(path)!r}")
        place[each["id"]] = len(read.paths)
        read.paths.append(images.find(str(each["file_name"])))
        width: Any = each.get("width")
        height: Any = each.get("height")
        unstated = width is None or height is None
        read.sizes.append(None if unstated else (_side(width), _side(height)))
        read.boxes.append([])
        read.names.append([])
        assert read.parts is not None
        read.parts.append(part)
    crowds = 0
    for number, each in enumerate(content["annotations"]):
        if each.get("iscrowd"):
            crowds += 1
            continue
        unknown = [
            f"the {key} {each[key]!r}, which the file does not define"
            for key, known in (("image_id", place), ("category_id", names))
            if each[key] not in known
        ]
        if unknown and on_error == "raise":
            raise ExplainedError(
                f'An annotation has {unknown[0]}: repair it, or pass on_error="skip" to leave such '
                f"boxes out. Received: {str(path)!r}"
            )
        if unknown:
            read.skipped.append((f"{path}, annotation {number + 1}", f"it has {unknown[0]}"))
            continue
        read.boxes[place[each["image_id"]]].append(_corners(each["bbox"]))
        read.names[place[each["image_id"]]].append(names[each["category_id"]])
    if crowds:
        read.notes.append(f"boxes around crowds in {path}, left out: {crowds}")
    return list(names.values())


def _load(path: Path) -> dict[str, list[dict[str, Any]]]:
    needed = {
        "images": {"id", "file_name"},
        "categories": {"id", "name"},
        "annotations": {"image_id", "category_id", "bbox"},
    }
    text = read_text(path)
    with reading(path, what="it is not JSON"):
        content = parse_json(text)
    for section, keys in needed.items():
        rows = content.get(section) if isinstance(content, dict) else None
        if not isinstance(rows, list):
            raise ExplainedError(
                f"A COCO file must have a list {section!r}. Received: {str(path)!r} without one"
            )
        for row in rows:
            if not isinstance(row, dict) or not keys <= set(row):
                raise ExplainedError(
                    f"Every entry of {section!r} must have {', '.join(sorted(keys))}. "
                    f"Received: {str(row)[:80]} in {str(path)!r}"
                )
    return dict(content)


def _side(value: Any) -> int:
    side = int(value)
    if abs(side) >= _LARGEST_SIDE:
        raise ValueError(f"no image has a side of {str(value)[:20]} pixels")
    return side


def _corners(box: Any) -> Any:
    """Convert x, y, width, height to x1, y1, x2, y2; return an invalid box unchanged."""
    try:
        x, y, width, height = (float(value) for value in box)
    except (TypeError, ValueError, OverflowError):
        return box if isinstance(box, list) else [box]
    return [x, y, x + width, y + height]
