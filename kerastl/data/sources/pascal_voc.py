"""Images with boxes, annotated as Pascal VOC does."""

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
) -> Dataset:
    """Read images and boxes from a folder as Pascal VOC has it.

    `Annotations` holds one XML file an image, `JPEGImages` the images; `ImageSets/Main` may
    name the parts in `train.txt`, `val.txt` and `test.txt`. Images that no part names are left
    out. VOC counts pixels from 1, and the last one belongs to the box: `xmin` and `ymin` are
    reduced by 1.

    Args:
        path: The folder.
        validation_split: The share to hold out for validation. Defaults to 0.
        test_split: The share to hold out for testing. Defaults to 0.
        seed: Chooses the split. Defaults to 0.
        difficult: Whether boxes marked as difficult count like the others. Defaults to False:
            they are left out.
        on_error: `"raise"` one error that counts and names unreadable images and damaged boxes,
            or `"skip"` and list them in `Dataset.skipped`. Defaults to `"raise"`.

    Returns:
        The data set; its splits are `BoxSplit`s.

    Raises:
        ValueError: If the folder or a file is not what is described above, or boxes or images
            cannot be used.

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
            f"The folder holds no Annotations/*.xml beside JPEGImages. Received: {str(path)!r}"
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
    return assemble_boxed(read, validation_split, test_split, seed, on_error)


def _parts(root: Path) -> dict[str, str] | None:
    """Return the part of each image, or None where no file names any."""
    found: dict[str, str] = {}
    for file in sorted((root / "ImageSets" / "Main").glob("*.txt")):
        part = PART_NAMES.get(file.stem.lower())
        for name in file.read_text(encoding="utf-8").split() if part else ():
            if found.setdefault(name, str(part)) != part:
                raise ValueError(
                    f"An image is in two parts. Received: {name!r} in {found[name]} and {part}"
                )
    return found or None


def _read(file: Path, root: Path, difficult: bool, read: BoxedImages) -> int:
    """Append what a file has; return how many difficult boxes were left out."""
    told = _parse(file)
    named = told.findtext("filename") or f"{file.stem}.jpg"
    # Files that were renamed keep the old name inside.
    own = root / "JPEGImages" / f"{file.stem}.jpg"
    listed = root / "JPEGImages" / Path(named).name
    read.paths.append(str(listed if listed.is_file() else own))
    sides = told.findtext("size/width"), told.findtext("size/height")
    stated = all(side and side.strip().isdigit() and int(side) for side in sides)
    read.sizes.append((int(sides[0] or 0), int(sides[1] or 0)) if stated else None)
    boxes: list[Any] = []
    names: list[str] = []
    left_out = 0
    for each in told.iter("object"):
        name = (each.findtext("name") or "").strip()
        if not name:
            raise ValueError(f"An object has no name. Received: {str(file)!r}")
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
            "Annotations have no use for entities, which can fill the memory or read other files: "
            f"remove them ({type(error).__name__}). Received: {str(file)!r}"
        ) from None


def _corners(written: list[str | None]) -> Any:
    """Return x1, y1, x2, y2 counted from 0; anything but four numbers as it is."""
    try:
        x1, y1, x2, y2 = (float(value or "") for value in written)
    except ValueError:
        return written
    return [x1 - 1, y1 - 1, x2, y2]
