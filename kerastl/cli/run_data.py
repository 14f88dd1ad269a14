"""Read the data of a trained recipe, or other examples in the same way."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kerastl.data.splits.dataset import Dataset


def read_run_data(
    directory: Path, path: Path | None = None, settings: dict[str, Any] | None = None
) -> Dataset:
    """Read examples for a trained recipe.

    Args:
        directory: The trained recipe. If `kerastl fit` wrote it, its run file describes how the
            data is read. The run's own data is divided as it was for training.
        path: Other examples. Defaults to the run's own.
        settings: How other examples are read, such as `{"text": "review"}` for the name of a
            column. Defaults to the settings of the run.

    Returns:
        The data set. Other examples keep their own splits.

    Raises:
        FileNotFoundError: If there is no recipe, or no data at the path in the run file.
        ValueError: If no run file describes the data and no path is given.
    """
    from kerastl.basics.files.recovery import recover
    from kerastl.cli.run_file.data.choose import read_alike, read_data_section
    from kerastl.cli.run_file.place import Place
    from kerastl.cli.run_file.run import RUN_FILE, read_run

    recover(directory)
    if not directory.is_dir():
        raise FileNotFoundError(f"No saved recipe is there. Received: {str(directory)!r}")
    settings = settings or {}
    if (directory / RUN_FILE).is_file():
        run = read_run(directory / RUN_FILE)
        if not settings and (path is None or path.resolve() == run.data.path.resolve()):
            return run.data.read_for_training(run.fit.seed)
        return read_alike(run.data, path or run.data.path, settings).read()
    if path is None:
        raise ValueError(
            f"The directory has no {RUN_FILE} that describes its data: pass the data as well. "
            f"Received: {str(directory)!r}"
        )
    return read_data_section({"path": path, **settings}, Place(lambda keys: "")).read()
