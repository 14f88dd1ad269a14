"""Measure a trained recipe on labelled examples."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kerastl.basics.printer import show
from kerastl.basics.suggest import unknown_name
from kerastl.cli.command import add_parser

if TYPE_CHECKING:
    from kerastl.data.splits.dataset import Dataset
    from kerastl.data.splits.split import Split

_EXAMPLE = """\
kerastl evaluate runs/photos
kerastl evaluate runs/photos more_photos
kerastl evaluate runs/reviews --split validation --json"""
_COLUMNS = ("text", "image", "label")
_READING = {
    "encoding": ("NAME", "character encoding of DATA"),
    "separator": ("CHARACTER", "character between two cells of DATA"),
    "on_error": ("WHAT", "raise, or skip examples that cannot be used"),
}


def add_command(commands: Any) -> None:
    """Add `kerastl evaluate`."""
    parser = add_parser(
        commands, "evaluate", run, "Measure a trained recipe on labelled examples", _EXAMPLE
    )
    parser.add_argument("recipe", metavar="RUN", type=Path, help="directory that kerastl fit wrote")
    parser.add_argument(
        "data", metavar="DATA", type=Path, nargs="?",
        help="labelled examples, as for kerastl fit (default: the data of the run)",
    )  # fmt: skip
    parser.add_argument(
        "--split", metavar="NAME",
        help="train, validation or test (default: test; all examples if DATA has no splits)",
    )  # fmt: skip
    for name in _COLUMNS:
        what = "paths of images" if name == "image" else f"{name}s"
        parser.add_argument(
            f"--{name}", metavar="COLUMN",
            help=f"column of DATA with {what} (default: the column of the run)",
        )  # fmt: skip
    for name, (metavar, about) in _READING.items():
        parser.add_argument(
            f"--{name.replace('_', '-')}", metavar=metavar,
            help=f"{about} (default: as in the run)",
        )  # fmt: skip
    parser.add_argument(
        "--pixel-range", type=float, nargs=2, metavar="VALUE",
        help="values of black and white in the images of DATA (default: those of the run)",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print every metric as JSON")


def run(chosen: argparse.Namespace) -> None:
    """Evaluate and print."""
    from kerastl.cli.quiet_start import import_tensorflow
    from kerastl.cli.run_data import read_run_data
    from kerastl.tasks.loading import load

    given = (*_COLUMNS, *_READING)
    settings: dict[str, Any] = {
        name: getattr(chosen, name) for name in given if getattr(chosen, name)
    }
    if chosen.pixel_range is not None:
        settings["pixel_range"] = tuple(chosen.pixel_range)
    import_tensorflow()
    name, split = _choose(read_run_data(chosen.recipe, chosen.data, settings), chosen.split)
    evaluation = load(chosen.recipe).evaluate(split)
    if chosen.json:
        show(json.dumps({"split": name, **evaluation.to_dict()}, indent=2, ensure_ascii=False))
    else:
        show(f"{name} examples\n{evaluation}")


def _choose(data: Dataset, wanted: str | None) -> tuple[str, Split]:
    """Return the name of a split and the split."""
    splits = data.splits
    if wanted is not None:
        if wanted not in splits:
            raise unknown_name("split of this data", wanted, splits)
        return wanted, splits[wanted]
    if data.test is not None:
        return "test", data.test
    # The run's own data always has a validation split. Other data was not trained on.
    if data.validation is None:
        return "all", data.train
    raise ValueError(
        f"The data has no test split: pass --split with one of {', '.join(splits)}. "
        "Received: no --split"
    )
