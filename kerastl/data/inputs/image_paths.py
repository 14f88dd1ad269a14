"""Find the images of a folder or of a pattern."""

import glob
from itertools import takewhile
from pathlib import Path

from kerastl.data.reading.files import find_images, is_hidden, is_image


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
        found = find_images(path)[0]
        if not found:
            raise ValueError(f"The folder has no images. Received: {str(path)!r}")
    elif glob.has_magic(str(place)) and not path.exists():
        fixed = sum(1 for _ in takewhile(lambda part: not glob.has_magic(part), path.parts))
        found = sorted(
            match
            for match in map(Path, glob.glob(str(place), recursive=True))
            # The folders that the pattern names are the user's choice, the others may be hidden.
            if not any(map(is_hidden, match.parts[fixed:-1]))
            and is_image(match.name)
            and not match.is_dir()
        )
        if not found:
            raise ValueError(f"No image matches the pattern. Received: {str(place)!r}")
    else:
        return None
    return [str(image) for image in found]
