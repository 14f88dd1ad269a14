"""List the images of a folder without the files that systems and tools leave in it."""

import os
import unicodedata
from pathlib import Path

from kerastl.data.images.inspection import IMAGE_SUFFIXES

# Folders and files of systems, in lower case. Names that begin with a dot are hidden as well.
_OF_SYSTEMS = frozenset(
    (
        "__macosx", "__pycache__", "@eadir", "#recycle", "$recycle.bin", "lost+found",
        "system volume information", "thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r",
    )
)  # fmt: skip


def is_hidden(name: str) -> bool:
    """Return whether readers ignore a file or folder of this name.

    Example:

    >>> [is_hidden(name) for name in ("cat.jpg", "._cat.jpg", "__MACOSX", "Thumbs.db")]
    [False, True, True, True]
    """
    return name.startswith(".") or name.lower() in _OF_SYSTEMS


def base_name(path: str) -> str:
    """Return the part of a written path after its last slash or backslash."""
    return path.replace("\\", "/").rsplit("/", 1)[-1].strip()


def name_key(name: str) -> str:
    """Return a key that is equal for names that differ only in letter case or Unicode form.

    Example:

    >>> name_key("IMG_1.JPG") == name_key("img_1.jpg")
    True
    """
    # macOS writes é as two characters, where tables have one.
    return unicodedata.normalize("NFC", name).casefold()


def visible_folders(path: Path) -> list[Path]:
    """Return the folders directly in a folder that are not hidden, sorted."""
    with os.scandir(path) as entries:
        return sorted(
            Path(each.path) for each in entries if not is_hidden(each.name) and each.is_dir()
        )


def visible_files(path: Path, ending: str) -> list[Path]:
    """Return the files directly in a folder that are not hidden, sorted.

    Args:
        path: The folder. It may be missing.
        ending: The file extension in lower case, such as `".xml"`. Upper case is found as well.
    """
    if not path.is_dir():
        return []
    with os.scandir(path) as entries:
        return sorted(
            Path(each.path)
            for each in entries
            # A named pipe is listed as well, so that its reader names it.
            if each.name.lower().endswith(ending) and not is_hidden(each.name) and not each.is_dir()
        )


def has_images(folder: Path) -> bool:
    """Return whether a folder directly contains an image that is not hidden."""
    with os.scandir(folder) as entries:
        return any(is_image(each.name) and each.is_file() for each in entries)


def is_image(name: str) -> bool:
    """Return whether a file name is not hidden and ends like an image file."""
    return os.path.splitext(name)[1].lower() in IMAGE_SUFFIXES and not is_hidden(name)


def find_images(folder: Path) -> tuple[list[Path], list[Path]]:
    """Return the images below a folder and the other visible files, each sorted.

    Args:
        folder: The folder. Its own name and the folders above it are not checked.

    Returns:
        The files at any depth that end like images, and the other files. Hidden files and all
        files in hidden folders are in neither list.
    """
    images: list[Path] = []
    others: list[Path] = []
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not is_hidden(name))
        for name in sorted(names):
            if not is_hidden(name):
                file = Path(where, name)
                (images if file.suffix.lower() in IMAGE_SUFFIXES else others).append(file)
    return images, others
