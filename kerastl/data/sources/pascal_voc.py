"""Read images with bounding boxes from a Pascal VOC folder."""

import os
import re
from pathlib import Path
from typing import Any

from kerastl.basics.files.damaged import DamagedFileError, ExplainedError, reading
from kerastl.basics.files.regular_file import SpecialFileError, open_regular
from kerastl.basics.printable import printable
from kerastl.data.assembly.boxes import BoxedImages, assemble_boxed
from kerastl.data.assembly.corrections import read_corrections
from kerastl.data.images.inspection import OnError, check_on_error
from kerastl.data.reading.file_finder import FileFinder
from kerastl.data.reading.files import base_name, name_key, visible_files, visible_folders
from kerastl.data.reading.image_sets import read_image_sets
from kerastl.data.splits.dataset import Dataset

_SIDE = re.compile("[0-9]{1,9}")


def pascal_voc(
    path: str | Path,
    *,
    validation_split: float = 0.0,
    test_split: float = 0.0,
    seed: int = 0,
    difficult: bool = False,
    on_error: OnError = "raise",
    pixel_range: tuple[float, float] | None = None,
    corrections: str | os.PathLike[str] | None = None,
) -> Dataset:
    """Read images with bounding boxes from a folder in the Pascal VOC format.

    `Annotations` has one XML file for each image, and `JPEGImages` has the images. The files
    `train.txt`, `val.txt` and `test.txt` in `ImageSets/Main` may list the images of each split,
    with or without the file extension. Images in `trainval.txt` only are for training. Images in
    none of the lists are left out, with a note. VOC counts pixels from 1 and includes the last
    pixel of a box, so 1 is subtracted from `xmin` and `ymin`.

    Args:
        path: The folder.
        validation_split: Fraction to hold out for validation. Defaults to 0.
        test_split: Fraction to hold out for testing. Defaults to 0.
        seed: Seed of the split. Defaults to 0.
        difficult: Whether to keep boxes that are marked as difficult. Defaults to False.
        on_error: `"raise"` one error that counts and names missing or unreadable files and invalid
            boxes, or `"skip"` them and list them in `Dataset.skipped`. Defaults to `"raise"`.
        pixel_range: As for `kerastl.data.arrays`. Defaults to None.
        corrections: As for `kerastl.data.image_folder`. Defaults to None.

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
    check_on_error(on_error)
    root = Path(path)
    files = visible_files(_folder(root, "Annotations"), ".xml")
    if not files:
        raise ValueError(
            "The folder must contain Annotations/*.xml and JPEGImages. "
            f"Received: {str(path)!r}, without Annotations/*.xml"
        )
    lists = _folder(_folder(root, "ImageSets"), "Main")
    parts, missing = read_image_sets(lists, [file.stem for file in files])
    if missing and on_error == "raise":
        listed = "".join(f"\n  {printable(name)}: {reason}" for name, reason in missing[:10])
        raise ValueError(
            f"{len(missing)} listed images have no annotation file:{listed}\n"
            'Add the files or remove the names, or pass `on_error="skip"` to leave these names '
            f"out. Received: {missing[0][0]!r} in {str(lists)!r}"
        )
    images = FileFinder(_folder(root, "JPEGImages"))
    read = BoxedImages(parts=None if parts is None else [], skipped=missing)
    left_out = 0
    for file in files:
        if parts is not None and file.stem not in parts:
            continue
        element = _parsed(file, on_error, read)
        if element is None:
            continue
        if parts is not None and read.parts is not None:
            read.parts.append(parts[file.stem])
        left_out += _read(element, file, images, difficult, read)
    unlisted = 0 if parts is None else sum(file.stem not in parts for file in files)
    if unlisted:
        read.notes.append(f"annotated images in no list of ImageSets/Main, left out: {unlisted}")
    if left_out:
        read.notes.append(f"boxes marked as difficult, left out: {left_out}")
    read.corrections = read_corrections(corrections)
    return assemble_boxed(read, validation_split, test_split, seed, on_error, pixel_range)


def _folder(where: Path, name: str) -> Path:
    """Return a folder inside another one; upper and lower case do not matter."""
    path = where / name
    if path.is_dir() or not where.is_dir():
        return path
    alike = [each for each in visible_folders(where) if name_key(each.name) == name_key(name)]
    return alike[0] if len(alike) == 1 else path


def _parsed(file: Path, on_error: OnError, read: BoxedImages) -> Any:
    """Return the root element of a file, or None if the file is damaged and skipped."""
    try:
        with reading(file, what="not XML"):
            return _parse(file)
    except DamagedFileError as error:
        if on_error == "raise":
            raise
        read.skipped.append((str(file), error.reason))
        return None
    except SpecialFileError as error:
        if on_error == "raise":
            raise
        read.skipped.append((str(file), f"not a regular file but {error.kind}"))
        return None


def _read(
    root_element: Any, file: Path, images: FileFinder, difficult: bool, read: BoxedImages
) -> int:
    """Append the image and boxes of a file; return the number of left-out difficult boxes."""
    named = (root_element.findtext("filename") or "").strip()
    # Windows tools write whole paths. A renamed image may still have its old name in the file.
    written = (base_name(named), file.stem) if named else (file.stem,)
    read.paths.append(images.find(*written))
    sides = root_element.findtext("size/width"), root_element.findtext("size/height")
    stated = all(side and _SIDE.fullmatch(side.strip()) and int(side) for side in sides)
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
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import parse

    try:
        with open_regular(file) as opened:
            return parse(opened).getroot()
    except DefusedXmlException as error:
        raise ExplainedError(
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
