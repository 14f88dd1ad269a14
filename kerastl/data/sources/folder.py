"""Images in one folder per class."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from kerastl.data.assembly.examples import Examples, assemble, take_images
from kerastl.data.images.inspection import PICTURE_ENDINGS, OnError
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
) -> Dataset:
    """Read images from one folder per class, or from such folders in train and test folders.

    Hidden files, and files without the ending of an image, are left out. Folders inside a class
    folder belong to the class. The folders `train`, `validation` (or `val`, `valid`) and `test`
    are kept as they are: their images are never mixed.

    Args:
        path: The folder that holds the class folders or the part folders.
        validation_split: The share to hold out for validation, of the training part where parts
            are given. Defaults to 0.
        test_split: The share to hold out for testing. Defaults to 0.
        seed: Chooses the split. Defaults to 0.
        group: What images belong together and must not be divided, such as a person: a regular
            expression whose first group (or whole match) in an image's path inside `path` names
            it, or a callable that takes that path. Defaults to none.
        on_error: `"raise"` one error that lists unreadable images, or `"skip"` and list them in
            `Dataset.skipped`; skipping decodes each image once. Defaults to `"raise"`.

    Returns:
        The data set.

    Raises:
        ValueError: For an empty folder, folders that are not understood, unreadable images, or
            labels and fractions that cannot be used.

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
            f"{len(others)} files without the ending of an image are left out, such as {others[0]}"
        )
    examples.labels = labels
    examples.name = files.__getitem__
    examples.parts = parts
    examples.groups = None if group is None else [_group(group, Path(f), root) for f in files]
    take_images(examples, files, on_error)
    return assemble(examples, validation_split, test_split, seed)


def _class_folders(root: Path) -> Iterator[tuple[str | None, Path]]:
    """Give `(part, class folder)`; the part is None where the folder has no parts."""
    folders = _visible_folders(root)
    named = {folder: PART_NAMES.get(folder.name.lower()) for folder in folders}
    if "train" not in named.values():
        if not folders:
            raise ValueError(
                "The folder holds no class folders: put the images of each class into a folder "
                f"of its own, named after the class. Received: {str(root)!r}"
            )
        if all(named.values()) and any(_visible_folders(folder) for folder in folders):
            raise ValueError(
                "There is no train folder beside the held-out ones. "
                f"Received: {', '.join(repr(f.name) for f in folders)} in {str(root)!r}"
            )
        for folder in folders:
            yield None, folder
        return
    strange = [folder.name for folder, part in named.items() if part is None]
    if strange:
        raise ValueError(
            "The folder holds a train folder and others that are neither validation nor test. "
            f"Received: {', '.join(map(repr, strange))} in {str(root)!r}"
        )
    found = list(named.values())
    if len(found) != len(set(found)):
        raise ValueError(
            "Two folders stand for the same part. "
            f"Received: {', '.join(repr(f.name) for f in folders)} in {str(root)!r}"
        )
    for folder, part in named.items():
        class_folders = _visible_folders(folder)
        if not class_folders:
            raise ValueError(f"The folder holds no class folders. Received: {str(folder)!r}")
        for class_folder in class_folders:
            yield part, class_folder


def _is_hidden(name: str) -> bool:
    return name.startswith(".") or name == "__MACOSX"


def _visible_folders(path: Path) -> list[Path]:
    return sorted(
        child for child in path.iterdir() if child.is_dir() and not _is_hidden(child.name)
    )


def _files(folder: Path) -> tuple[list[Path], list[Path]]:
    """Give the images below a folder and the other visible files, each in order."""
    images: list[Path] = []
    others: list[Path] = []
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not _is_hidden(name))
        for name in sorted(names):
            if not _is_hidden(name):
                file = Path(where, name)
                (images if file.suffix.lower() in PICTURE_ENDINGS else others).append(file)
    return images, others


def _group(group: str | Callable[[Path], str], file: Path, root: Path) -> str:
    relative = file.relative_to(root)
    if callable(group):
        return group(relative)
    match = re.search(group, relative.as_posix())
    if match is None:
        raise ValueError(f"group={group!r} does not match an image. Received: {str(relative)!r}")
    return match.group(1) if match.re.groups else match.group()
