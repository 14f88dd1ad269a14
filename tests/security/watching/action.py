"""Calls that are watched, and the places where they may and may not do something."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Action:
    """A call that is watched.

    Attributes:
        name: A unique name.
        call: The call.
        refused: Whether it must raise an error. Defaults to True.
    """

    name: str
    call: Callable[[], Any]
    refused: bool = True


@dataclass(frozen=True)
class Places:
    """The directories of a watched process.

    Attributes:
        root: The directory that holds the others.
        group: The group whose files are meant. Defaults to those of all groups.
    """

    root: Path
    group: str = ""

    @property
    def files(self) -> Path:
        """What somebody sent: it may be read and not be written."""
        return self.root / "files" / self.group

    @property
    def victim(self) -> Path:
        """What gadgets are aimed at: it may neither be read nor be written."""
        return self.root / "victim"

    @property
    def home(self) -> Path:
        """The home directory: it may be read and not be written."""
        return self.root / "home"

    @property
    def scratch(self) -> Path:
        """Temporary files: they may be written, and must be gone at the end of each call."""
        return self.root / "scratch"

    def make(self) -> None:
        """Make the directories, and two files in that of the victim."""
        for folder in (self.files, self.victim, self.home, self.scratch):
            folder.mkdir()
        (self.victim / "secret").write_text("secret")
        (self.victim / "folder").mkdir()
        (self.victim / "folder" / "file").write_text("file")


@cache
def installed() -> tuple[str, ...]:
    """Return the directories with what is installed, which every call may read and run."""
    repository = Path(__file__).resolve().parents[3]
    prefixes = {sys.prefix, sys.base_prefix, str(Path(sys.prefix).resolve()), str(repository)}
    return (*sorted(prefixes), "/usr", "/lib", "/lib64", "/opt")
