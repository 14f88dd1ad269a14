"""Read images from one folder per class."""

import os
import re
from collections.abc import Callable
from pathlib import Path

from kerastl.data.assembly.corrections import read_corrections
from kerastl.data.assembly.examples import Examples, assemble, take_images
from kerastl.data.assembly.listed_classes import ClassNames
from kerastl.data.images.inspection import OnError, check_on_error
from kerastl.data.reading.files import find_images
from kerastl.data.reading.layout import class_folders, repeated_names, splits_by_words
from kerastl.data.splits.dataset import Dataset


def image_folder(
    path: str | Path,
    *,
    class_names: ClassNames | None = None,
    validation_split: float = 0.0,
    test_split: float = 0.0,
    seed: int = 0,
    group: str | Callable[[Path], str] | None = None,
    on_error: OnError = "raise",
    pixel_range: tuple[float, float] | None = None,
    corrections: str | os.PathLike[str] | None = None,
) -> Dataset:
    """Read images from one folder per class, or from class folders inside split folders.

    Hidden files, files of systems (`__MACOSX`, `Thumbs.db`, thumbnails) and files without an image
    extension are left out. Folders inside a class folder belong to the class.

    If there is a `train` folder, the folders `train`, `validation` (or `val`, `valid`, `dev`) and
    `test` are the splits, and no image moves from one to another. Only `validation_split` and
    `test_split` take images out of `train`. Names such as `training_set`, `seg_train` or
    `train_images` are those of splits too, and the classes may be one level deeper
    (`seg_train/seg_train`). Other structures raise an error.

    Args:
        path: The folder with the class folders or the split folders.
        class_names: The names of all class folders, in the order of the model's outputs. Defaults
            to the alphabetical order, or that of their values if all are whole numbers.
        validation_split: Fraction to hold out for validation: of all images, or of the `train`
            folder if there is a `test` folder. Defaults to 0.
        test_split: Fraction to hold out for testing. Defaults to 0.
        seed: Seed of the split. Defaults to 0.
        group: The group of an image, such as a person. A group is never divided. Either a regular
            expression for the image's path relative to `path`, whose first group (or whole match)
            is the name, or a callable from this path to the name. Defaults to None.
        on_error: `"raise"` one error that lists the unreadable images, or `"skip"` them and list
            them in `Dataset.skipped`. Skipping decodes each image once. Defaults to `"raise"`.
        pixel_range: As for `kerastl.data.arrays`. Defaults to None.
        corrections: A CSV file from `Inspection.write_corrections` that a person edited. Labels are
            changed and examples left out after the split. Defaults to None.

    Returns:
        The data set.

    Raises:
        ValueError: If the folder is empty or has another structure, images are unreadable, or
            labels or fractions are unusable.

    Example:
    ```python
    data = kerastl.data.image_folder("trash", validation_split=0.2, group=r"person_(\\d+)")
    print(data)
    ```
    """
    check_on_error(on_error)
    root = Path(path)
    if not root.is_dir():
        raise ValueError(f"There is no such folder. Received: {str(root)!r}")
    files: list[str] = []
    examples = Examples("image", [], [], class_names=class_names)
    labels: list[str] = []
    parts: list[str] = []
    others: list[Path] = []
    found = class_folders(root)
    for part, class_folder in found:
        images, rest = find_images(class_folder)
        if not images and part in (None, "train"):
            raise ValueError(f"A class folder has no images. Received: {str(class_folder)!r}")
        files += [str(image) for image in images]
        labels += [class_folder.name] * len(images)
        parts += [part or "train"] * len(images)
        others += rest
    if others:
        examples.notes.append(
            f"files without an image extension, left out: {len(others)}, such as {others[0]}"
        )
    if named := splits_by_words(found, root):
        examples.notes.append(f"folders read as splits: {', '.join(named)}")
    if inner := repeated_names([each for part, each in found if part is None]):
        examples.notes.append(
            f"folders in all class folders: {', '.join(map(repr, inner[:5]))}; if these are the "
            "classes, read one of the upper folders alone"
        )
    examples.labels = labels
    examples.name = files.__getitem__
    examples.parts = parts
    examples.groups = None if group is None else [_group(group, Path(f), root) for f in files]
    take_images(examples, files, on_error, pixel_range)
    examples.corrections = read_corrections(corrections)
    return assemble(examples, validation_split, test_split, seed)


def _group(group: str | Callable[[Path], str], file: Path, root: Path) -> str:
    relative = file.relative_to(root)
    if callable(group):
        return group(relative)
    match = re.search(group, relative.as_posix())
    if match is None:
        raise ValueError(f"`group={group!r}` does not match an image. Received: {str(relative)!r}")
    return match.group(1) if match.re.groups else match.group()
