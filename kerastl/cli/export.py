"""Export a trained recipe as verified artifacts."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kerastl.cli.command import add_parser
from kerastl.suggest import unknown_name

_EXAMPLE = """\
kerastl export runs/photos exported/photos
kerastl export runs/photos exported/photos --formats tflite --quantize float32,int8"""
_FORMATS = ("saved_model", "tflite")
_VARIANTS = ("float32", "float16", "dynamic", "int8")


def add_command(commands: Any) -> None:
    """Add `kerastl export`."""
    parser = add_parser(
        commands, "export", run,
        "Write SavedModel and TFLite files, each run and compared with the model", _EXAMPLE,
    )  # fmt: skip
    parser.add_argument("recipe", metavar="RUN", type=Path, help="what kerastl fit wrote")
    parser.add_argument("out", metavar="OUT", type=Path, help="the directory to write")
    parser.add_argument(
        "--data", type=Path,
        help="labelled examples to verify with and calibrate on (default: the data of the run)",
    )  # fmt: skip
    parser.add_argument(
        "--formats", type=_some_of("format", _FORMATS), default=_FORMATS, metavar="NAMES",
        help=f"separated by commas, among {', '.join(_FORMATS)} (default: all)",
    )  # fmt: skip
    parser.add_argument(
        "--quantize", type=_some_of("TFLite variant", _VARIANTS), default=_VARIANTS,
        metavar="NAMES", help=f"separated by commas, among {', '.join(_VARIANTS)} (default: all)",
    )  # fmt: skip
    parser.add_argument(
        "--max-drop", type=float, default=0.01, metavar="SHARE",
        help="largest loss of accuracy that a file may show (default: 0.01)",
    )  # fmt: skip
    parser.add_argument("--overwrite", action="store_true", help="replace an earlier bundle")


def run(chosen: argparse.Namespace) -> None:
    """Export and print the table of what was verified."""
    import kerastl
    from kerastl.cli.quiet_start import import_tensorflow
    from kerastl.cli.run_data import read_run_data

    import_tensorflow()
    data = read_run_data(chosen.recipe, chosen.data)
    bundle = kerastl.load(chosen.recipe).export(
        chosen.out,
        formats=chosen.formats,
        quantize=chosen.quantize,
        max_drop=chosen.max_drop,
        data=data,
        overwrite=chosen.overwrite,
    )
    print(bundle)


def _some_of(kind: str, known: tuple[str, ...]) -> Callable[[str], tuple[str, ...]]:
    def parse(text: str) -> tuple[str, ...]:
        names = tuple(name.strip() for name in text.split(","))
        for name in names:
            if name not in known:
                raise argparse.ArgumentTypeError(str(unknown_name(kind, name, known)))
        return names

    return parse
