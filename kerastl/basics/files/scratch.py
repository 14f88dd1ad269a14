"""Folders for intermediate files, which also a killed process does not leave for long."""

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

from kerastl.basics.files.claimed_folder import ClaimedFolder, abandoned_folders

_NAME = "scratch"


def claim_scratch() -> ClaimedFolder:
    """Make a folder for intermediate files in the system's folder of temporary files.

    Those that killed processes have left there are deleted.

    Returns:
        The folder. Its user removes it.

    Raises:
        OSError: If it cannot be made.
    """
    place = Path(tempfile.gettempdir())
    for folder in abandoned_folders(place, _NAME):
        folder.remove()
    return ClaimedFolder.make(place, _NAME)


@contextlib.contextmanager
def scratch_folder() -> Iterator[Path]:
    """Yield a folder for intermediate files, and remove it at the end; see `claim_scratch`."""
    folder = claim_scratch()
    try:
        yield folder.path
    finally:
        folder.remove()
