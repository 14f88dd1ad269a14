"""Read the lists of images in `ImageSets/Main` of a Pascal VOC folder."""

import os
import re
from collections.abc import Sequence
from pathlib import Path

from kerastl.data.images.inspection import IMAGE_SUFFIXES
from kerastl.data.reading.encoding import read_text
from kerastl.data.reading.files import base_name, name_key, visible_files
from kerastl.data.splits.splitting import PART_NAMES

_ENDINGS = (*IMAGE_SUFFIXES, ".xml")
_BOTH = "trainval"
# Some lists have 1, -1 or 0 after each name, as those of a class.
_WITH_FLAG = re.compile(r"(\S.*?)\s+-?[01]")


def read_image_sets(
    folder: Path, known: Sequence[str]
) -> tuple[dict[str, str] | None, list[tuple[str, str]]]:
    """Read which split each annotated image is in.

    Args:
        folder: The folder of the lists. It may be missing.
        known: The names of the annotation files without their endings.

    Returns:
        The split of each listed name of `known`, or None if there are no lists; and
        `(name, reason)` of each listed name without an annotation file.

    Raises:
        ValueError: If a name is in two splits, or a list is not encoded in UTF-8.
    """
    names = _Names(known)
    found: dict[str, str] = {}
    missing: dict[str, str] = {}
    for part, file in _lists(folder):
        for line in filter(None, map(str.strip, read_text(file).split("\n"))):
            name = names.find(line)
            if name is None:
                missing.setdefault(line, f"listed in {file.name}, without an annotation file")
            elif file.stem.lower() == _BOTH:
                found.setdefault(name, part)
            elif found.setdefault(name, part) != part:
                raise ValueError(
                    "An image must be in one split only. "
                    f"Received: {name!r} in {found[name]} and {part}"
                )
    return (found if found or missing else None), list(missing.items())


def _lists(folder: Path) -> list[tuple[str, Path]]:
    """Return the lists of splits; `trainval` comes last and counts for images in no other list."""
    files = visible_files(folder, ".txt")
    named = [(PART_NAMES[f.stem.lower()], f) for f in files if f.stem.lower() in PART_NAMES]
    return named + [("train", file) for file in files if file.stem.lower() == _BOTH]


class _Names:
    """Find the name of an annotation file that a line of a list means."""

    def __init__(self, known: Sequence[str]) -> None:
        self._exact = {name: name for name in known}
        self._alike: dict[str, list[str]] = {}
        for name in known:
            self._alike.setdefault(name_key(name), []).append(name)

    def find(self, line: str) -> str | None:
        flagged = _WITH_FLAG.fullmatch(line)
        written = [line, flagged.group(1)] if flagged else [line]
        # A list may have paths, also of Windows.
        written = [base_name(each) for each in written]
        for each in written + [self._without_ending(each) for each in written]:
            alike = self._alike.get(name_key(each), [])
            if each in self._exact:
                return each
            if len(alike) == 1:
                return alike[0]
        return None

    @staticmethod
    def _without_ending(name: str) -> str:
        stem, ending = os.path.splitext(name)
        return stem if ending.lower() in _ENDINGS else name
