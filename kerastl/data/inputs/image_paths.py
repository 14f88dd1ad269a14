"""Find the images of a folder or of a pattern."""

import glob
from pathlib import Path

from kerastl.data.images.inspection import IMAGE_SUFFIXES


def images_at(place: str | Path) -> list[str] | None:
    """List the images of a folder at any depth, or those that match a pattern.

    Args:
        place: A path, or a pattern such as `"photos/*.jpg"` or `"photos/**/*.jpg"`.

    Returns:
        The paths in order, without hidden files; or None if the place is neither a folder nor a
        pattern.

    Raises:
        ValueError: If the folder or the pattern has no images.
    """
    path = Path(place)
    if path.is_dir():
        found, problem = list(path.rglob("*")), "The folder has no images"
    elif glob.has_magic(str(place)) and not path.exists():
        found = [Path(each) for each in glob.glob(str(place), recursive=True)]
        problem = "No image matches the pattern"
    else:
        return None
    above = len(path.parts) if path.is_dir() else 0
    images = sorted(
        str(each)
        for each in found
        if each.suffix.lower() in IMAGE_SUFFIXES
        and not any(part.startswith(".") for part in each.parts[above:])
        and each.is_file()
    )
    if not images:
        raise ValueError(f"{problem}. Received: {str(place)!r}")
    return images
