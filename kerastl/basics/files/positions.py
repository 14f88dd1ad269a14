"""Read parts of an open file at any position, from several threads."""

import os
import threading
from typing import Any

_LOCK = threading.Lock()


def read_at(file: Any, buffer: Any, position: int) -> int:
    """Fill a buffer from a position of a file; the file's own position does not matter.

    Args:
        file: An open file with a descriptor.
        buffer: A writable buffer of bytes, one-dimensional.
        position: Of the first byte.

    Returns:
        The number of bytes that were read: fewer than the buffer holds only at the end of the
        file.

    Raises:
        OSError: If the file cannot be read.
    """
    view = memoryview(buffer).cast("B")
    done = 0
    # The system may return fewer bytes than are there.
    while done < len(view):
        count = _read_some(file.fileno(), view[done:], position + done)
        if not count:
            break
        done += count
    return done


def _read_some(descriptor: int, view: memoryview, position: int) -> int:
    if hasattr(os, "preadv"):
        return os.preadv(descriptor, [view], position)
    # Windows has no way to read at a position.
    with _LOCK:
        os.lseek(descriptor, position, os.SEEK_SET)
        content = os.read(descriptor, len(view))
    view[: len(content)] = content
    return len(content)
