"""One damaged copy of a valid directory, made again from the name of its target and a number."""

import shutil
from pathlib import Path
from random import Random

from tests.security.fuzzing.mutation import mutated


def write_case(valid: Path, target: str, number: int, folder: Path) -> str:
    """Copy a directory and damage one of its files.

    Args:
        valid: The valid directory.
        target: The target's name, which is a part of the seed.
        number: The other part.
        folder: Where the copy is written; it must not exist.

    Returns:
        What was damaged, as a path inside the directory.
    """
    random = Random(f"{target}:{number}")
    shutil.copytree(valid, folder)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    file = random.choice(files)
    if random.random() < 0.06:
        name = random.choice(("x" * 200, "é.é", " ", "-", file.name.upper(), f"{file.name}.x"))
        renamed = file.with_name(name)
        if random.random() < 0.5:
            file.unlink()
        elif not renamed.exists():
            file.rename(renamed)
        return f"{file.relative_to(folder)}, renamed or deleted"
    if random.random() < 0.06:
        file.write_bytes(random.choice(files).read_bytes())
    else:
        file.write_bytes(mutated(file.read_bytes(), random))
    return str(file.relative_to(folder))
