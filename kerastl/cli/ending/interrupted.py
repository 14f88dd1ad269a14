"""What the command line tells a user who has pressed Ctrl-C."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path


class Interrupted(KeyboardInterrupt):
    """Ctrl-C, with a message for the user: what was kept, and which command goes on."""


def command(*words: str) -> str:
    """Return a command as a user types it.

    Args:
        words: The words after the program's name.

    Example:

    >>> command("fit", "my photos", "--resume")
    "kerastl fit 'my photos' --resume"
    """
    whole = ["kerastl", *words]
    return subprocess.list2cmdline(whole) if os.name == "nt" else shlex.join(whole)


def identity(path: Path) -> tuple[int, int] | None:
    """Return what changes when a directory is replaced or filled; None if it does not exist."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns
