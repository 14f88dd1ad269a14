"""Read images with bounding boxes from a Pascal VOC folder."""

from pathlib import Path
from typing import Any

from kerastl.data.assembly.boxes import BoxedImages, assemble_boxed
from kerastl.data.images.inspection import OnError
from kerastl.data.splits.dataset import Dataset
from kerastl.data.splits.splitting import PART_NAMES


def pascal_voc(
    path: str | Path,
    *,
    validation_split: float = 0.0,
    test_split: float = 0.0,
    seed: int = 0,
    difficult: bool = False,
    on_error: OnError = "raise",
    pixel_range: tuple[float, float] | None = None,
) -> Dataset:
    """Read images with bounding boxes from a folder in the Pascal VOC format.

    `Annotations` has one XML file for each image, and `JPEGImages` has the images. The files
    `train.txt`, `val.txt` and `test.txt` in `ImageSets/Main` may list the images of each split.
    Images in none of them are left out. VOC counts pixels from 1 and includes the last pixel of a
    box, so 1 is subtracted from `xmin` and `ymin`.

    Args:
        path: The folder.
        validation_split: Fraction to hold out for validation. Defaults to 0.
        test_split: Fraction to hold out for testing. Defaults to 0.
        seed: Seed of the split. Defaults to 0.
        difficult: Whether to keep boxes that are marked as difficult. Defaults to False.
        on_error: `"raise"` one error that counts and names unreadable images and invalid boxes,
            or `"skip"` them and list them in `Dataset.skipped`. Defaults to `"raise"`.
        pixel_range: As for `kerastl.data.arrays`. Defaults to None.

    Returns:
        The data set. Its splits are `BoxSplit`s.

    Raises:
        ValueError: If the folder or a file does not have this format, or boxes or images are
            unusable.

    Example:
    ```python
    data = kerastl.data.pascal_voc("VOC2012", test_split=0.2)
    print(data)
    ```
    """
    root = Path(path)
    files = sorted((root / "Annotations").glob("*.xml"))
    if not files:
        raise ValueError(
            "The folder must contain Annotations/*.xml and JPEGImages. "
            f"Received: {str(path)!r}, without Annotations/*.xml"
        )
    parts = _parts(root)
    read = BoxedImages(parts=None if parts is None else [])
    left_out = 0
    for file in files:
        if parts is not None:
            if file.stem not in parts:
                continue
            assert read.parts is not None
            read.parts.append(parts[file.stem])
        left_out += _read(file, root, difficult, read)
    if left_out:
        read.notes.append(f"boxes marked as difficult, left out: {left_out}")
    return assemble_boxed(read, validation_split, test_split, seed, on_error, pixel_range)


def _parts(root: Path) -> dict[str, str] | None:
    """Return the split of each image, or None if no file lists any."""
    found: dict[str, str] = {}
    for file in sorted((root / "ImageSets" / "Main").glob("*.txt")):
        part = PART_NAMES.get(file.stem.lower())
        for name in file.read_text(encoding="utf-8").split() if part else ():
            if found.setdefault(name, str(part)) != part:
                raise ValueError(
                    "An image must be in one split only. "
                    f"Received: {name!r} in {found[name]} and {part}"
                )
    return found or None


def _read(file: Path, root: Path, difficult: bool, read: BoxedImages) -> int:
    """Append the image and boxes of a file; return the number of left-out difficult boxes."""
    root_element = _parse(file)
    named = root_element.findtext("filename") or f"{file.stem}.jpg"
    # A renamed image may still have its old name in the XML file.
    own = root / "JPEGImages" / f"{file.stem}.jpg"
    listed = root / "JPEGImages" / Path(named).name
    read.paths.append(str(listed if listed.is_file() else own))
    sides = root_element.findtext("size/width"), root_element.findtext("size/height")
    stated = all(side and side.strip().isdigit() and int(side) for side in sides)
    read.sizes.append((int(sides[0] or 0), int(sides[1] or 0)) if stated else None)
    boxes: list[Any] = []
    names: list[str] = []
    left_out = 0
    for each in root_element.iter("object"):
        name = (each.findtext("name") or "").strip()
        if not name:
            raise ValueError(f"Every object needs a name. Received: {str(file)!r}")
        if not difficult and (each.findtext("difficult") or "0").strip() == "1":
            left_out += 1
            continue
        names.append(name)
        boxes.append(
            _corners([each.findtext(f"bndbox/{k}") for k in ("xmin", "ymin", "xmax", "ymax")])
        )
    read.boxes.append(boxes)
    read.names.append(names)
    return left_out


def _parse(file: Path) -> Any:
    import xml.etree.ElementTree as ElementTree

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import parse

    try:
        return parse(file).getroot()
    except ElementTree.ParseError as error:
        raise ValueError(f"The file is not XML: {error}. Received: {str(file)!r}") from None
    except DefusedXmlException as error:
        raise ValueError(
            "XML entities are not allowed, because they can fill the memory or read other files: "
            f"remove them ({type(error).__name__}). Received: {str(file)!r}"
        ) from None


def _corners(written: list[str | None]) -> Any:
    """Convert VOC coordinates to x1, y1, x2, y2 from 0; return an invalid box unchanged."""
    try:
        x1, y1, x2, y2 = (float(value or "") for value in written)
    except ValueError:
        return written
    return [x1 - 1, y1 - 1, x2, y2]
