"""Write files to the disk, so that a power cut does not lose them."""

import contextlib
import errno
import os
from pathlib import Path

_CANNOT = {errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EACCES, errno.EPERM}


def sync_tree(path: Path) -> None:
    """Write a file, or all files and folders in a folder, to the disk.

    A rename may reach the disk before the content of what is renamed. After this call it cannot.

    Args:
        path: The file or folder.

    Raises:
        OSError: If the disk is full or broken.
    """
    if not path.is_dir():
        _sync_file(path)
        return
    for folder, _, names in os.walk(path):
        for name in names:
            _sync_file(Path(folder, name))
        sync_folder(Path(folder))


def sync_folder(folder: Path) -> None:
    """Write the names in a folder to the disk, where the system can.

    Windows opens no folders, and some network file systems do not synchronize them.

    Args:
        folder: The folder.
    """
    with contextlib.suppress(OSError):
        _sync(os.open(folder, os.O_RDONLY))


def _sync_file(path: Path) -> None:
    try:
        # Windows synchronizes only files that are open for writing.
        _sync(os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY))
    except OSError as error:
        if error.errno not in _CANNOT:
            raise


def _sync(opened: int) -> None:
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
