"""Write a plot to a file atomically."""

import os
from pathlib import Path
from typing import Any


def write_plot(figure: Any, path: str | os.PathLike[str]) -> Path:
    """Write a matplotlib figure to a file atomically.

    An interrupted program leaves no partial file.

    Args:
        figure: A `matplotlib.figure.Figure`.
        path: The image file. Its suffix sets the format.

    Returns:
        The path of the file.
    """
    path = Path(path)
    written = path.with_name(f".{path.stem}.{os.getpid()}{path.suffix}")
    try:
        figure.savefig(written)
        written.replace(path)
    finally:
        written.unlink(missing_ok=True)
    return path
