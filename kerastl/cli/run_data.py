"""The data that a trained recipe was made from, or other examples read in the same way."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kerastl.data import Dataset


def read_run_data(
    directory: Path, path: Path | None = None, columns: dict[str, Any] | None = None
) -> Dataset:
    """Read examples for a trained recipe.

    Args:
        directory: The trained recipe. Where `kerastl fit` wrote it, its run file says how the
            data is read; the run's own data is divided as it was for training.
        path: Other examples. Defaults to the run's own.
        columns: Names of columns that other examples have, by setting, such as
            `{"text": "review"}`. Defaults to those of the run.

    Returns:
        The data set; other examples keep the parts that they name themselves.

    Raises:
        FileNotFoundError: If there is no recipe, or no data where the run file says.
        ValueError: If no run file describes the data and no path is given.
    """
    from kerastl.cli.run_file.data_section import DataSection
    from kerastl.cli.run_file.run import RUN_FILE, read_run

    if not directory.is_dir():
        raise FileNotFoundError(f"No saved recipe is there. Received: {str(directory)!r}")
    if (directory / RUN_FILE).is_file():
        run = read_run(directory / RUN_FILE)
        section = run.data if path is None else run.data.at(path)
        if section is run.data and not columns:
            return section.read_for_training(run.fit.seed)
    elif path is not None:
        section = DataSection(path)
    else:
        raise ValueError(
            f"The directory has no {RUN_FILE} that describes its data: name the data. "
            f"Received: {str(directory)!r}"
        )
    return replace(section, **(columns or {})).read()
