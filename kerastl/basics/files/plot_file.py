"""Write a plot to a file atomically."""

import os
from pathlib import Path
from typing import Any

from kerastl.basics.files.staging import whole_file
from kerastl.basics.files.target_directory import check_writable

NO_MATPLOTLIB = "Plots need matplotlib: pip install 'kerastl[plots]'"


def check_plot_file(path: str | os.PathLike[str]) -> None:
    """Check that a plot can be written to a file, before anything is computed for it.

    Args:
        path: The image file. Its suffix sets the format.

    Raises:
        ImportError: If matplotlib is not installed.
        ValueError: If matplotlib does not write files with this suffix.
        OSError: If the path is a directory, or its directory cannot be written to.
    """
    try:
        from matplotlib.backend_bases import FigureCanvasBase
    except ImportError as error:
        raise ImportError(
            f"{NO_MATPLOTLIB}. Received: {os.fspath(path)!r} without matplotlib"
        ) from error
    path = Path(path)
    known = FigureCanvasBase.get_supported_filetypes()
    # matplotlib adds .png to a name without a suffix, so the file would have another name.
    if path.suffix.removeprefix(".").lower() not in known:
        raise ValueError(
            f"The name of a plot must end in one of {', '.join(f'.{each}' for each in known)}. "
            f"Received: {str(path)!r}"
        )
    if path.is_dir():
        raise IsADirectoryError(f"A plot is a file, not a directory. Received: {str(path)!r}")
    check_writable(path.parent)


def write_plot(figure: Any, path: str | os.PathLike[str]) -> Path:
    """Write a matplotlib figure to a file atomically.

    An interrupted program leaves no partial file.

    Args:
        figure: A `matplotlib.figure.Figure`.
        path: The image file. Its suffix sets the format. Missing directories are created.

    Returns:
        The path of the file.

    Raises:
        ValueError: If matplotlib does not write files with this suffix.
        OSError: If the file cannot be written.
    """
    path = Path(path)
    check_plot_file(path)
    with whole_file(path) as written:
        figure.savefig(written)
    return path
