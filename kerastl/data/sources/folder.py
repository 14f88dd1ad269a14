"""Read images from one folder per class."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from kerastl.data.assembly.examples import Examples, assemble, take_images
from kerastl.data.images.inspection import IMAGE_SUFFIXES, OnError
from kerastl.data.splits.dataset import Dataset
from kerastl.data.splits.splitting import PART_NAMES


def image_folder(
    path: str | Path,
    *,
    validation_split: float = 0.0,
    test_split: float = 0.0,
    seed: int = 0,
    group: str | Callable[[Path], str] | None = None,
    on_error: OnError = "raise",
    pixel_range: tuple[float, float] | None = None,
) -> Dataset:
    """Read images from one folder per class, or from class folders inside split folders.

    Hidden files and files without an image extension are left out. Folders inside a class folder
    belong to the class. If there is a `train` folder, the folders `train`, `validation` (or `val`,
    `valid`, `dev`) and `test` are the splits, and no image moves from one to another. Only
    `validation_split` and `test_split` take images out of `train`.

    Args:
        path: The folder with the class folders or the split folders.
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
    root = Path(path)
    if not root.is_dir():
        raise ValueError(f"There is no such folder. Received: {str(root)!r}")
    files: list[str] = []
    examples = Examples("image", [], [])
    labels: list[str] = []
    parts: list[str] = []
    others: list[Path] = []
    for part, class_folder in _class_folders(root):
        images, rest = _files(class_folder)
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
    examples.labels = labels
    examples.name = files.__getitem__
    examples.parts = parts
    examples.groups = None if group is None else [_group(group, Path(f), root) for f in files]
    take_images(examples, files, on_error, pixel_range)
    return assemble(examples, validation_split, test_split, seed)


def _class_folders(root: Path) -> Iterator[tuple[str | None, Path]]:
    """Yield `(split, class folder)`; the split is None if there are no split folders."""
    folders = _visible_folders(root)
    named = {folder: PART_NAMES.get(folder.name.lower()) for folder in folders}
    if "train" not in named.values():
        if not folders:
            raise ValueError(
                "The folder has no class folders: put the images of each class into a folder of "
                f"its own, named after the class. Received: {str(root)!r}"
            )
        if all(named.values()) and any(_visible_folders(folder) for folder in folders):
            raise ValueError(
                "There are validation or test folders but no train folder: add one. "
                f"Received: {', '.join(repr(f.name) for f in folders)} in {str(root)!r}"
            )
        for folder in folders:
            yield None, folder
        return
    strange = [folder.name for folder, part in named.items() if part is None]
    if strange:
        raise ValueError(
            "Next to a train folder there must only be validation and test folders. "
            f"Received: {', '.join(map(repr, strange))} in {str(root)!r}"
        )
    found = list(named.values())
    if len(found) != len(set(found)):
        raise ValueError(
            "Two folders are the same split: merge them. "
            f"Received: {', '.join(repr(f.name) for f in folders)} in {str(root)!r}"
        )
    for folder, part in named.items():
        class_folders = _visible_folders(folder)
        if not class_folders:
            raise ValueError(f"The folder has no class folders. Received: {str(folder)!r}")
        for class_folder in class_folders:
            yield part, class_folder


def _is_hidden(name: str) -> bool:
    return name.startswith(".") or name == "__MACOSX"


def _visible_folders(path: Path) -> list[Path]:
    return sorted(
        child for child in path.iterdir() if child.is_dir() and not _is_hidden(child.name)
    )


def _files(folder: Path) -> tuple[list[Path], list[Path]]:
    """Return the images below a folder and the other visible files, each sorted."""
    images: list[Path] = []
    others: list[Path] = []
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not _is_hidden(name))
        for name in sorted(names):
            if not _is_hidden(name):
                file = Path(where, name)
                (images if file.suffix.lower() in IMAGE_SUFFIXES else others).append(file)
    return images, others


def _group(group: str | Callable[[Path], str], file: Path, root: Path) -> str:
    relative = file.relative_to(root)
    if callable(group):
        return group(relative)
    match = re.search(group, relative.as_posix())
    if match is None:
        raise ValueError(f"`group={group!r}` does not match an image. Received: {str(relative)!r}")
    return match.group(1) if match.re.groups else match.group()
