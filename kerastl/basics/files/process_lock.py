"""Locks that the operating system releases when their process ends, also after SIGKILL."""

import errno
import os
from pathlib import Path

from filelock import FileLock, Timeout

# Some network file systems have no locks.
_NO_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP}


class ProcessLock:
    """A lock file that one process at a time holds.

    A file without a living holder means nothing: a killed process may leave one.

    Args:
        path: The file. Its folder is made if it does not exist.

    Attributes:
        path: As given.
        is_held: Whether this lock is held.

    Example:

    ```python
    lock = ProcessLock(Path("runs/lock"))
    if lock.acquire():
        lock.release()
    ```
    """

    def __init__(self, path: Path) -> None:
        self._lock = FileLock(path, timeout=0, thread_local=False)
        self.path = path
        self.is_held = False

    def acquire(self) -> bool:
        """Take the lock.

        Returns:
            False if another process, or another lock of this one, holds it. On a file system
            without locks nobody does.

        Raises:
            OSError: If the file cannot be made or opened for writing.
        """
        while True:
            try:
                self._lock.acquire()
            except Timeout:
                if os.path.lexists(self.path):
                    return False
                # The holder has just deleted the file that was opened: take a new one.
            except OSError as error:
                if error.errno not in _NO_LOCKS:
                    raise
                break
            else:
                break
        self.is_held = True
        return True

    def release(self) -> None:
        """Delete the file and release the lock. Nothing happens if it is not held."""
        if not self.is_held:
            return
        self.is_held = False
        # Deleted first: a process that waits for it then finds that the file has no name.
        deleted = _delete(self.path)
        self._lock.release()
        if not deleted:
            # Windows deletes no open file.
            _delete(self.path)


def _delete(path: Path) -> bool:
    try:
        path.unlink()
    except OSError:
        return False
    return True
