"""Find the class folders of an image folder, and the splits that they belong to."""

import re
from collections.abc import Sequence
from pathlib import Path

from kerastl.data.reading.files import has_images, visible_folders
from kerastl.data.splits.splitting import PART_NAMES

# Words that say nothing about what a folder contains, as in `train_images` or `dataset_test`.
_GENERIC = (
    "dataset", "datasets", "data", "set", "images", "image", "imgs", "img", "photos", "photo",
    "pictures", "pics", "pic", "samples", "examples", "folder", "folders", "dir", "split",
    "cropped", "resized", "augmented", "final", "full", "all", "new", "only",
)  # fmt: skip
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def class_folders(root: Path) -> list[tuple[str | None, Path]]:
    """Find the class folders of an image folder.

    Args:
        root: A folder with the class folders, or with split folders that contain them. A folder
            that contains nothing but one folder of such a form is replaced by that folder.

    Returns:
        `(split, class folder)` of each class folder, in order. The split is one of `PARTS`, or
        None if there are no split folders.

    Raises:
        ValueError: If there are no class folders, or the folders are neither classes nor splits
            with the same classes.
    """
    folders = visible_folders(root)
    if not folders:
        raise ValueError(
            "The folder has no class folders: put the images of each class into a folder of "
            f"its own, named after the class. Received: {str(root)!r}"
        )
    parts = split_names(folders)
    if None in parts and all(map(visible_folders, folders)):
        # Such as `seg_train` and `val`: every name has the word of a split, and folders inside.
        by_word = [_split_of(words, set(words)) for words in (_words(f.name) for f in folders)]
        parts = by_word if all(by_word) else parts
    if len(folders) == 1 and parts[0] is None and _only_contains_folders(folders[0]):
        return class_folders(folders[0])
    if _are_classes(folders, parts):
        for folder in folders:
            _check_holds_no_splits(folder)
        return [(None, folder) for folder in folders]
    _check_splits(root, folders, parts)
    found: list[tuple[str | None, Path]] = []
    for folder, part in zip(folders, parts, strict=True):
        inner = visible_folders(_unwrapped(folder, part))
        if not inner:
            raise ValueError(
                "A split folder must have one folder of images for each class. If a table has the "
                "labels, read it with `kerastl.data.csv`. The folder has no class folders. "
                f"Received: {str(folder)!r}"
            )
        for class_folder in inner:
            _check_holds_no_splits(class_folder)
            found.append((part, class_folder))
    return found


def splits_by_words(folders: Sequence[tuple[str | None, Path]], root: Path) -> list[str]:
    """Return the split folders whose names are not exactly those of splits, with the splits.

    Args:
        folders: The result of `class_folders`.
        root: The folder that they are in.

    Returns:
        Such as `["seg_train (train)"]`, in order.
    """
    named = {folder.relative_to(root).parts[:-1]: part for part, folder in folders if part}
    return [
        f"{'/'.join(parts)} ({part})"
        for parts, part in named.items()
        if len(parts) != 1 or PART_NAMES.get(parts[0].lower()) != part
    ]


def repeated_names(folders: Sequence[Path]) -> list[str]:
    """Return the names of folders that are in all of several class folders without images.

    Such names may be the real classes, if the upper folders are domains or folds.

    Args:
        folders: Class folders.

    Returns:
        The names, sorted; none if there are fewer than two.
    """
    if len(folders) < 2 or not all(_only_contains_folders(each) for each in folders):
        return []
    names = set.intersection(*({each.name for each in visible_folders(f)} for f in folders))
    return sorted(names) if len(names) > 1 else []


def split_names(folders: Sequence[Path]) -> list[str | None]:
    """Return the split that each of some folders is named after, or None.

    A name is that of a split if it is `train`, `val`, `test` or another of `PART_NAMES`, also with
    words that say nothing (`training_set`, `train_images`) or that all the names share
    (`seg_train` and `seg_test`).

    Args:
        folders: Folders next to each other.

    Returns:
        One of `PARTS` or None for each folder.

    Example:

    >>> split_names([Path("seg_train"), Path("seg_test"), Path("seg_pred")])
    ['train', 'test', None]
    >>> split_names([Path("train_station"), Path("test_tubes")])
    [None, None]
    """
    words = [_words(folder.name) for folder in folders]
    shared = set.intersection(*map(set, words)) if words else set()
    return [_split_of(each, shared) for each in words]


def _split_of(words: list[str], shared: set[str]) -> str | None:
    named = {PART_NAMES[word] for word in words if word in PART_NAMES}
    rest = {word for word in words if word not in PART_NAMES} - shared - set(_GENERIC)
    return named.pop() if len(named) == 1 and not rest else None


def _words(name: str) -> list[str]:
    """Return the words of a name in lower case; `trainset` has two."""
    words = []
    for word in map(str.lower, _WORD.findall(name)):
        ends = [end for end in _GENERIC if word.removesuffix(end) in PART_NAMES]
        begins = [begin for begin in _GENERIC if word.removeprefix(begin) in PART_NAMES]
        if word not in PART_NAMES and ends:
            words += [word.removesuffix(ends[0]), ends[0]]
        elif word not in PART_NAMES and begins:
            words += [begins[0], word.removeprefix(begins[0])]
        else:
            words.append(word)
    return words


def _are_classes(folders: Sequence[Path], parts: Sequence[str | None]) -> bool:
    """Return whether folders are classes: none is a split, by its name and by its content."""
    exact = any(PART_NAMES.get(each.name.lower()) == "train" for each in folders)
    if exact or all(parts):
        return False
    # `train_station` next to `bus_station` is a class, unless folders in it look like classes.
    return not any(
        part and visible_folders(each) for each, part in zip(folders, parts, strict=True)
    )


def _check_splits(root: Path, folders: Sequence[Path], parts: Sequence[str | None]) -> None:
    received = ", ".join(repr(each.name) for each in folders)
    if "train" not in parts:
        raise ValueError(
            "There are validation or test folders but no train folder: add one. "
            f"Received: {received} in {str(root)!r}"
        )
    strange = [each.name for each, part in zip(folders, parts, strict=True) if part is None]
    if strange:
        raise ValueError(
            "Next to a train folder there must only be validation and test folders: move other "
            "folders away. If a class is named like a split, rename its folder. "
            f"Received: {', '.join(map(repr, strange))} in {str(root)!r}"
        )
    if len(parts) != len(set(parts)):
        raise ValueError(
            f"Two folders are the same split: merge them. Received: {received} in {str(root)!r}"
        )


def _check_holds_no_splits(class_folder: Path) -> None:
    """Refuse `cat/train` and `cat/test`: both would be training images of the class."""
    inner = visible_folders(class_folder)
    parts = {part for part in split_names(inner) if part is not None}
    if "train" in parts and len(parts) > 1:
        raise ValueError(
            "A class folder contains split folders: move them to the top, such as train/"
            f"{class_folder.name} and test/{class_folder.name}. Received: "
            f"{', '.join(repr(each.name) for each in inner)} in {str(class_folder)!r}"
        )


def _unwrapped(folder: Path, part: str | None) -> Path:
    """Return the folder with the classes: archives often repeat a name, `seg_train/seg_train`."""
    inner = visible_folders(folder)
    if len(inner) != 1 or has_images(folder) or not _only_contains_folders(inner[0]):
        return folder
    again = split_names(inner)[0] == part
    generic = set(_words(inner[0].name)) <= set(_GENERIC)
    same = inner[0].name.lower() == folder.name.lower()
    return _unwrapped(inner[0], part) if again or generic or same else folder


def _only_contains_folders(folder: Path) -> bool:
    return bool(visible_folders(folder)) and not has_images(folder)
