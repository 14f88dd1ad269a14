"""The complete programs that come with kerastl, to be copied and changed."""

from __future__ import annotations

import ast
import shutil
from dataclasses import dataclass
from pathlib import Path

import kerastl
from kerastl.basics.suggest import unknown_name


@dataclass(frozen=True)
class Program:
    """One program in the folder of recipes.

    Attributes:
        path: The file.
        about: The first line of its docstring.
        folders: Folders beside it that it names, such as one with its data.
    """

    path: Path
    about: str
    folders: tuple[Path, ...]

    @property
    def name(self) -> str:
        """What a user calls it."""
        return self.path.stem

    @classmethod
    def read(cls, path: Path) -> Program:
        """Read what a program says about itself, without running it."""
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
            What was written.

        Raises:
            FileExistsError: If one of them is there; then nothing is copied.
        """
        written = [directory / source.name for source in (self.path, *self.folders)]
        for target in written:
            if target.exists():
                raise FileExistsError(f"It is there, and is kept. Received: {str(target)!r}")
        directory.mkdir(parents=True, exist_ok=True)
        shutil.copy(self.path, directory)
        for folder in self.folders:
            shutil.copytree(folder, directory / folder.name)
        return written


def programs_folder() -> Path:
    """Return the folder of the programs: inside an installed wheel, or in the repository.

    Raises:
        FileNotFoundError: If this copy of kerastl came without them.
    """
    package = Path(kerastl.__file__).parent
    for folder in (package / "_recipes", package.parent / "recipes"):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(
        f"This copy of kerastl came without its recipes. Received: {str(package)!r}"
    )


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
