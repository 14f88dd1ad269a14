"""Write files in a directory of our own without following links that are in it."""

import os
import stat
from pathlib import Path
from typing import BinaryIO

_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_AT_ONCE = getattr(os, "O_NONBLOCK", 0)
_BINARY = getattr(os, "O_BINARY", 0)


class LinkedFileError(OSError):
    """A link or a special file where a file of our own is expected."""


def create_own(path: Path) -> BinaryIO:
    """Create a file for writing and reading; an entry of that name is removed before.

    A symbolic or hard link under the name is removed, and the file that it names stays as it is.

    Args:
        path: The file.

    Returns:
        The empty file.

    Raises:
        OSError: If it cannot be created.
    """
    if os.path.lexists(path):
        path.unlink(missing_ok=True)
    opened = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | _NO_LINK | _BINARY, 0o666)
    return os.fdopen(opened, "w+b")


def open_own(path: Path, *, writes: bool = False) -> BinaryIO:
    """Open an existing file that is neither a link nor a special file.

    Args:
        path: The file.
        writes: Whether it is opened for writing, too. It may then have no second name (hard
            link). Defaults to False.

    Returns:
        The file, at its start.

    Raises:
        LinkedFileError: If it is a symbolic link or a special file, or has a second name.
        OSError: If it cannot be opened.
    """
    if os.path.islink(path):
        raise LinkedFileError(f"{path} is a symbolic link")
    access = os.O_RDWR if writes else os.O_RDONLY
    opened = os.open(path, access | _NO_LINK | _AT_ONCE | _BINARY)
    found = os.fstat(opened)
    if not stat.S_ISREG(found.st_mode) or (writes and found.st_nlink > 1):
        os.close(opened)
        raise LinkedFileError(f"{path} is not a regular file of one name")
    return os.fdopen(opened, "r+b" if writes else "rb")


def replace_text(path: Path, text: str) -> None:
    """Write a small UTF-8 file atomically.

    Args:
        path: The file.
        text: Its content.

    Raises:
        OSError: If it cannot be written.
    """
    temporary = path.with_name(path.name + ".new")
    with create_own(temporary) as file:
        file.write(text.encode("utf-8"))
    os.replace(temporary, path)
