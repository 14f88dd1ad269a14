"""Read the files of a bundle, each compared with its checksum."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from typing import Any

from kerastl.artifacts.bundle.bundle import REPORT, Bundle
from kerastl.artifacts.bundle.checksums import CHECKSUMS
from kerastl.basics.files.damaged import DamagedFileError, ExplainedError, reading
from kerastl.basics.files.json_fields import read_field, read_list
from kerastl.basics.files.json_file import parse_json
from kerastl.basics.files.regular_file import check_regular, read_regular
from kerastl.version import __version__

DESCRIPTION = "kerastl.json"
FORMAT = 1
"""The newest format of `kerastl.json` that is read."""

_REMEDY = "Copy the whole bundle again, or export it again"
_LINE = re.compile(r"([0-9a-f]{64})  (.+)")


def is_bundle(directory: str | os.PathLike[str]) -> bool:
    """Return whether a path is a directory that `export` wrote, complete or not."""
    return any((Path(directory) / name).is_file() for name in (REPORT, DESCRIPTION))


class BundleFiles:
    """A bundle whose files are compared with their checksums when they are read.

    Args:
        directory: The bundle.

    Attributes:
        report: The bundle's report.
        description: The content of its `kerastl.json`.

    Raises:
        FileNotFoundError: If it is no bundle, or a file is missing.
        DamagedFileError: If a file is damaged.
        ValueError: If the bundle was written by a later kerastl.
    """

    def __init__(self, directory: Path) -> None:
        if not directory.exists():
            raise FileNotFoundError(f"There is no such bundle. Received: {str(directory)!r}")
        if not is_bundle(directory):
            raise FileNotFoundError(
                f"This is not an exported bundle: it has no {DESCRIPTION}. Make one with "
                f"`recipe.export(directory)` or `kerastl export`. Received: {str(directory)!r}"
            )
        self.directory = directory
        # The format comes first: files of a later one may have other names and checksums.
        self.description = self._described()
        self._checksums = self._listed()
        self.read(DESCRIPTION)
        self.read(REPORT)
        self.report = Bundle.load(directory)

    def read(self, name: str) -> bytes:
        """Return the content of a file.

        Args:
            name: The file's path in the bundle, with `/` between folders.

        Raises:
            FileNotFoundError: If it is missing.
            DamagedFileError: If its checksum is not the one in `SHA256SUMS`.
        """
        content = self._content(name)
        if self._checksums.get(name) != hashlib.sha256(content).hexdigest():
            known = name in self._checksums
            reason = "its checksum is not the one" if known else "it is not listed"
            raise DamagedFileError(self.directory / name, f"{reason} in {CHECKSUMS}", _REMEDY)
        return content

    def _content(self, name: str) -> bytes:
        path = self.directory / name
        check_regular(path)
        if not path.is_file():
            raise FileNotFoundError(
                f"The bundle is incomplete: {name} is missing. {_REMEDY}. "
                f"Received: {str(self.directory)!r}"
            )
        return read_regular(path)

    def _described(self) -> dict[str, Any]:
        content = self._content(DESCRIPTION)
        with reading(self.directory / DESCRIPTION, _REMEDY):
            described: dict[str, Any] = parse_json(content)
            written = read_field(described, "format", int)
            if written > FORMAT:
                made_by = described.get("versions", {}).get("kerastl", "a later version")
                raise ExplainedError(
                    f"The bundle was written by kerastl {made_by}, whose format this version does "
                    "not know: install a later kerastl. "
                    f"Received: format {written} in {str(self.directory / DESCRIPTION)!r}; "
                    f"kerastl {__version__} reads formats up to {FORMAT}"
                )
            read_field(described, "task", str)
            read_list(described, "labels", str)
            read_field(described, "preprocessing", dict)
            return described

    def _listed(self) -> dict[str, str]:
        content = self._content(CHECKSUMS)
        with reading(self.directory / CHECKSUMS, _REMEDY):
            found = [_LINE.fullmatch(line) for line in content.decode().splitlines()]
            if None in found:
                raise ValueError("a line is not a checksum and a path")
            return {line[2]: line[1] for line in found if line is not None}
