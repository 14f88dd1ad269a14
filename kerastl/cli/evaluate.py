"""Measure a trained recipe on labelled examples."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

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


def add_command(commands: Any) -> None:
    """Add `kerastl evaluate`."""
    parser = add_parser(
        commands, "evaluate", run, "Measure a trained recipe on labelled examples", _EXAMPLE
    )
    parser.add_argument("recipe", metavar="RUN", type=Path, help="what kerastl fit wrote")
    parser.add_argument(
        "data", metavar="DATA", type=Path, nargs="?",
        help="labelled examples, as for kerastl fit (default: the data of the run)",
    )  # fmt: skip
    parser.add_argument(
        "--split", metavar="NAME",
        help="train, validation or test (default: test; all of other data without parts)",
    )  # fmt: skip
    for name in _COLUMNS:
        parser.add_argument(f"--{name}", metavar="COLUMN", help=f"column of DATA with the {name}s")
    parser.add_argument("--json", action="store_true", help="print the metrics as JSON")


def run(chosen: argparse.Namespace) -> None:
    """Evaluate and print."""
    import kerastl
    from kerastl.cli.quiet_start import import_tensorflow
    from kerastl.cli.run_data import read_run_data

    columns = {name: getattr(chosen, name) for name in _COLUMNS if getattr(chosen, name)}
    import_tensorflow()
    name, split = _choose(read_run_data(chosen.recipe, chosen.data, columns), chosen.split)
    evaluation = kerastl.load(chosen.recipe).evaluate(split)
    if chosen.json:
        print(json.dumps({"split": name, **evaluation.to_dict()}, indent=2, ensure_ascii=False))
    else:
        print(f"{name} examples\n{evaluation}")


def _choose(data: Dataset, wanted: str | None) -> tuple[str, Split]:
    """Return the split to measure on and what to call it."""
    splits = data.splits
    if wanted is not None:
        if wanted not in splits:
            raise unknown_name("split of this data", wanted, splits)
        return wanted, splits[wanted]
    if data.test is not None:
        return "test", data.test
    # Only other data than the run's own has no validation part: none of it was trained on.
    if data.validation is None:
        return "all", data.train
    raise ValueError(
        f"The data has no test split: name one with --split, among {', '.join(splits)}. "
        "Received: no --split"
    )
