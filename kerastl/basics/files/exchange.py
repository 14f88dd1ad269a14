"""Exchange two paths in one step, where the system can."""

import ctypes
import os
import sys
from pathlib import Path

_HERE = -100  # AT_FDCWD: relative paths start from the working directory
_EXCHANGE = 2  # RENAME_EXCHANGE of Linux, RENAME_SWAP of macOS


def exchange(first: Path, second: Path) -> bool:
    """Exchange two files or folders in one step: no process ever finds one of them missing.

    Args:
        first: An existing path.
        second: An existing path on the same file system.

    Returns:
        False if the system or the file system cannot do it, or a path is missing; then nothing
        has changed.
    """
    try:
        library = ctypes.CDLL(None)
        one, other = os.fsencode(first), os.fsencode(second)
        if sys.platform == "linux":
            return bool(library.renameat2(_HERE, one, _HERE, other, _EXCHANGE) == 0)
        if sys.platform == "darwin":
            return bool(library.renamex_np(one, other, _EXCHANGE) == 0)
    except (AttributeError, OSError, TypeError):
        # An older C library, or none that can be opened, as on Windows.
        return False
    return False
