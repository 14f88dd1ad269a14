"""Find the files that kerastl carries besides its code."""

from pathlib import Path


def carried_folder(name: str, what: str) -> Path:
    """Return a folder of the repository, or its copy inside an installed wheel.

    Args:
        name: The folder, such as `"recipes"`; the wheel has it as `_recipes`.
        what: What it contains, for the error.

    Raises:
        FileNotFoundError: If this copy of kerastl came without it.
    """
    package = Path(__file__).parents[2]
    for folder in (package / f"_{name}", package.parent / name):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(
        f"This copy of kerastl was installed without its {what}: install the wheel, or use a clone "
        f"of the repository. Received: {str(package)!r}"
    )
