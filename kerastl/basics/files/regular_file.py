"""Open regular files only: reading a named pipe or a device may never end."""

import io
import os
import stat
from pathlib import Path

from kerastl.basics.files.damaged import ExplainedError

_SPECIAL = {
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


class SpecialFileError(ExplainedError):
    """A named pipe, socket or device where a regular file is needed.

    Attributes:
        kind: What it is, such as `"a named pipe"`.
    """

    def __init__(self, path: str | os.PathLike[str], kind: str) -> None:
        super().__init__(
            f"Only regular files are read: copy the content to a file. Received: {kind}, "
            f"{os.fspath(path)!r}"
        )
        self.kind = kind


def check_regular(path: str | os.PathLike[str]) -> None:
    """Check that a path is not a named pipe, socket or device, nor a symbolic link to one.

    Nothing is opened. Call it before a library opens the path by itself.

    Args:
        path: The path of a file. It may be missing, or be that of a folder.

    Raises:
        SpecialFileError: If it is not a regular file.
    """
    try:
        mode = os.stat(path).st_mode
    except OSError:
        # Whoever opens the file raises the error for a missing one.
        return
    _check_mode(path, mode)


def check_regular_files(path: str | os.PathLike[str]) -> None:
    """Check that a file, or a folder at any depth, has no named pipe, socket or device.

    Call it before a library reads a folder by itself, such as a preset or a SavedModel.

    Args:
        path: The path of a file or folder. It may be missing.

    Raises:
        SpecialFileError: If a file is not a regular file. The error names the first one.
    """
    check_regular(path)
    seen = set()
    for where, folders, names in os.walk(path, followlinks=True):
        status = os.stat(where)
        if (status.st_dev, status.st_ino) in seen:
            # A symbolic link may name a folder above it.
            folders.clear()
            continue
        seen.add((status.st_dev, status.st_ino))
        for name in sorted(names):
            check_regular(os.path.join(where, name))


def open_regular(path: str | os.PathLike[str]) -> io.BufferedReader:
    """Open a regular file for reading bytes.

    Args:
        path: The path of the file.

    Returns:
        The open file.

    Raises:
        SpecialFileError: If it is a named pipe, socket or device, or a symbolic link to one.
        OSError: If it cannot be opened.

    Example:

    ```python
    with open_regular("photo.jpg") as file:
        content = file.read()
    ```
    """
    # Opening some devices has an effect.
    check_regular(path)
    return open(path, "rb", opener=_open)


def read_regular(path: str | os.PathLike[str]) -> bytes:
    """Read a whole regular file.

    Args:
        path: The path of the file.

    Returns:
        Its content.

    Raises:
        SpecialFileError: As for `open_regular`.
        OSError: If it cannot be read.
    """
    with open_regular(path) as file:
        return file.read()


def read_regular_text(path: Path) -> str:
    """Read a whole regular file in UTF-8; see `read_regular`."""
    return read_regular(path).decode("utf-8")


def _open(path: str, flags: int) -> int:
    # Without the flag, opening a pipe waits for a writer: the path may have changed meanwhile.
    opened = os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
    try:
        _check_mode(path, os.fstat(opened).st_mode)
    except SpecialFileError:
        os.close(opened)
        raise
    return opened


def _check_mode(path: str | os.PathLike[str], mode: int) -> None:
    kind = _SPECIAL.get(stat.S_IFMT(mode))
    if kind is not None:
        raise SpecialFileError(path, kind)
