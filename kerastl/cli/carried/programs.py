"""The complete programs that come with kerastl, for users to copy and change."""

from __future__ import annotations

import ast
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from kerastl.basics.files.recovery import recover
from kerastl.basics.files.staging import whole_addition
from kerastl.basics.files.target_directory import check_writable
from kerastl.basics.suggest import unknown_name
from kerastl.cli.carried.folder import carried_folder


@dataclass(frozen=True)
class Program:
    """One program in the folder of recipes.

    Attributes:
        path: The file.
        about: The first line of its docstring.
        folders: Folders next to the file that the program names, such as one with its data.
    """

    path: Path
    about: str
    folders: tuple[Path, ...]

    @property
    def name(self) -> str:
        """Name of the program: the name of its file without `.py`."""
        return self.path.stem

    @classmethod
    def read(cls, path: Path) -> Program:
        """Read the docstring and the folders of a program without running it."""
        tree = ast.parse(path.read_text(encoding="utf-8"))
        named = {
            Path(node.value).parts[0]
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value
            if Path(node.value).parts
        }
        beside = sorted(each for each in path.parent.iterdir() if each.is_dir())
        return cls(
            path=path,
            about=(ast.get_docstring(tree) or "").partition("\n")[0],
            folders=tuple(each for each in beside if each.name in named),
        )

    def copy(self, directory: Path) -> list[Path]:
        """Copy the program and the folders it names; replace nothing.

        Args:
            directory: Where to; made if it is not there.

        Returns:
            The paths that were written.

        Raises:
            FileExistsError: If one of them is there; then nothing is copied.
            OSError: If the directory cannot be created or written to.
        """
        recover(directory)
        written = [directory / source.name for source in (self.path, *self.folders)]
        for target in written:
            if os.path.lexists(target):
                raise FileExistsError(
                    "The file or folder already exists, and nothing is replaced: copy to another "
                    f"directory. Received: {str(target)!r}"
                )
        check_writable(directory)
        with whole_addition(directory, self.path.name) as staged:
            shutil.copy(self.path, staged)
            for folder in self.folders:
                shutil.copytree(folder, staged / folder.name)
        return written


def programs_folder() -> Path:
    """Return the folder of the programs; see `carried_folder`."""
    return carried_folder("recipes", "recipes")


def find_programs(folder: Path) -> dict[str, Program]:
    """Return the programs in a folder by name."""
    return {path.stem: Program.read(path) for path in sorted(folder.glob("*.py"))}


def find_program(folder: Path, name: str) -> Program:
    """Return a program by name.

    Raises:
        ValueError: If there is no program of that name.
    """
    programs = find_programs(folder)
    if name not in programs:
        raise unknown_name("recipe", name, programs)
    return programs[name]
