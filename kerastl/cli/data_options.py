"""The options of commands that read labelled examples without a run file."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kerastl.cli.run_file.data.section import DataSection

# The names of kerastl fit, with the settings of the data section of a run file.
_OPTIONS = {
    "--text": ("text", "COLUMN", 'column with texts (default: "text")'),
    "--image": ("image", "COLUMN", "column with paths of images"),
    "--label": ("label", "COLUMN", 'column with labels (default: "label")'),
    "--split-column": ("split", "COLUMN", "column with the split of each row"),
    "--group": ("group", "COLUMN", "column with groups that are not divided between splits"),
    "--encoding": ("encoding", "NAME", "character encoding of a CSV file (default: utf-8)"),
    "--separator": ("separator", "CHARACTER", "character between two cells of a CSV file"),
    "--on-error": ("on_error", "WHAT", "raise (default), or skip examples that cannot be used"),
}


def add_data_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that say how examples are read, and how they are divided."""
    for option, (key, metavar, about) in _OPTIONS.items():
        parser.add_argument(option, dest=key, metavar=metavar, help=about)
    for part, default in (("validation", "0.2 if DATA has no validation split"), ("test", "0")):
        parser.add_argument(
            f"--{part}-split", type=float, default=0.0, metavar="SHARE",
            help=f"share to hold out for the {part} split (default: {default})",
        )  # fmt: skip
    parser.add_argument(
        "--pixel-range", type=float, nargs=2, metavar="VALUE",
        help="values of black and white in images that store numbers, as for kerastl fit",
    )  # fmt: skip


def data_section(chosen: argparse.Namespace, *others: str) -> DataSection:
    """Return the section of a run file that the options of a command stand for.

    Args:
        chosen: The parsed arguments, with the path as `data`.
        *others: Names of further settings among the arguments.

    Returns:
        The section.

    Raises:
        ValueError: If a setting is of another kind of data.
    """
    from kerastl.cli.run_file.data.choose import read_data_section
    from kerastl.cli.run_file.place import Place

    names = [*(key for key, _, _ in _OPTIONS.values()), "pixel_range", *others]
    given = {name: getattr(chosen, name) for name in names}
    settings = {
        "path": chosen.data,
        "validation_split": chosen.validation_split,
        "test_split": chosen.test_split,
        "seed": chosen.seed,
        **{name: value for name, value in given.items() if value is not None},
    }
    return read_data_section(settings, Place(lambda keys: ""))
