"""A drawn figure as a file that is never seen half-written."""

import os
from pathlib import Path
from typing import Any


def write_plot(figure: Any, path: str | os.PathLike[str]) -> Path:
    """Write a matplotlib figure whole.

    Args:
        figure: A `matplotlib.figure.Figure`.
        path: The image; its suffix says the format.

    Returns:
        The path.
    """
    path = Path(path)
    written = path.with_name(f".{path.stem}.{os.getpid()}{path.suffix}")
    try:
        figure.savefig(written)
        written.replace(path)
    finally:
        written.unlink(missing_ok=True)
    return path
