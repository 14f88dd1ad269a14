"""Version numbers of served models."""

from pathlib import Path


def next_version(served: Path) -> int:
    """Choose the version number of a SavedModel that replaces the one a server has loaded.

    TensorFlow Serving loads the directory with the highest number. It notices a new number, but
    not new content under an old one.

    Args:
        served: A directory of version directories, such as a bundle's `saved_model`. It may be
            missing.

    Returns:
        The highest number there plus 1, or 1.

    Example:

    ```python
    next_version(Path("out/trash/saved_model"))  # 2, where the bundle holds saved_model/1
    ```
    """
    if not served.is_dir():
        return 1
    numbers = [int(path.name) for path in served.iterdir() if _is_version(path)]
    return max(numbers, default=0) + 1


def _is_version(path: Path) -> bool:
    return path.is_dir() and path.name.isascii() and path.name.isdigit()
