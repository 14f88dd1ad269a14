"""Export a trained recipe as verified artifacts."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from kerastl.artifacts.formats.registry import DEFAULT_FORMATS, FORMATS
from kerastl.basics.printer import show
from kerastl.basics.suggest import unknown_name
from kerastl.cli.command import add_parser
from kerastl.cli.ending.interrupted import Interrupted, identity

_EXAMPLE = """\
kerastl export runs/photos exported/photos
kerastl export runs/photos exported/photos --formats tflite --quantize float32,int8"""
_VARIANTS = ("float32", "float16", "dynamic", "weight_only", "int8", "int8_io", "int4")
_DEFAULT = ("float32", "float16", "dynamic", "int8")


def add_command(commands: Any) -> None:
    """Add `kerastl export`."""
    parser = add_parser(
        commands, "export", run,
        "Export a trained recipe; every file is run and compared with the model", _EXAMPLE,
    )  # fmt: skip
    parser.add_argument("recipe", metavar="RUN", type=Path, help="directory that kerastl fit wrote")
    parser.add_argument("out", metavar="OUT", type=Path, help="directory to write")
    parser.add_argument(
        "--data", type=Path, metavar="DATA",
        help="labelled examples for verification and calibration (default: the data of the run)",
    )  # fmt: skip
    parser.add_argument(
        "--formats", type=_some_of("format", FORMATS), metavar="NAMES",
        help=f"formats among {', '.join(FORMATS)}, separated by commas "
        f"(default: {','.join(DEFAULT_FORMATS)})",
    )  # fmt: skip
    parser.add_argument(
        "--quantize", type=_variants, metavar="NAMES",
        help=f"TFLite variants among {', '.join(_VARIANTS)}, separated by commas; or auto, which "
        f"chooses by the network (default: {','.join(_DEFAULT)})",
    )  # fmt: skip
    parser.add_argument(
        "--max-drop", type=_share, default=0.01, metavar="SHARE",
        help="largest loss of accuracy of a file, or none for no limit (default: 0.01); 0 tries "
        "every way to make a variant",
    )  # fmt: skip
    parser.add_argument(
        "--min-agreement", type=_share, default=0.9, metavar="SHARE",
        help="smallest share of examples with the label of the model, or none for no limit "
        "(default: 0.9)",
    )  # fmt: skip
    parser.add_argument(
        "--on-refused", choices=("raise", "report"),
        help="whether a file that misses a bound makes the command fail after the others are "
        "written (default: raise for files that --formats or --quantize names, otherwise report)",
    )  # fmt: skip
    parser.add_argument(
        "--check-server", action="store_true",
        help="also run the SavedModel in TensorFlow's C library, as TensorFlow Serving does",
    )  # fmt: skip
    parser.add_argument(
        "--max-pixels", type=_count, metavar="COUNT",
        help="largest number of pixels of an image that the files decode, all frames of a GIF "
        "counted (default: 25000000)",
    )  # fmt: skip
    parser.add_argument(
        "--max-examples", type=_count, default=128, metavar="COUNT",
        help="largest number of examples of a request to the SavedModel (default: 128)",
    )  # fmt: skip
    parser.add_argument("--overwrite", action="store_true", help="replace an earlier bundle")


def run(chosen: argparse.Namespace) -> None:
    """Export and print a table of the files and their metrics."""
    from kerastl.artifacts.bundle.bundle import REPORT
    from kerastl.artifacts.bundle.refused_error import RefusedError
    from kerastl.basics.files.target_directory import check_target
    from kerastl.cli.quiet_start import import_tensorflow
    from kerastl.cli.run_data import read_run_data
    from kerastl.tasks.loading import load

    check_target(chosen.out, chosen.overwrite, marker=REPORT, option="--overwrite")
    before = identity(chosen.out)
    try:
        import_tensorflow()
        data = read_run_data(chosen.recipe, chosen.data)
        bundle = load(chosen.recipe).export(
            chosen.out,
            formats=chosen.formats,
            quantize=chosen.quantize,
            max_drop=chosen.max_drop,
            min_agreement=chosen.min_agreement,
            on_refused=chosen.on_refused,
            check_server=chosen.check_server,
            max_pixels=chosen.max_pixels,
            max_examples=chosen.max_examples,
            data=data,
            overwrite=chosen.overwrite,
        )
    except RefusedError as error:
        show(error.bundle)
        raise RefusedError(error.bundle, error.refused, "--on-refused report") from error
    except KeyboardInterrupt as interrupt:
        if identity(chosen.out) != before:
            raise Interrupted(f"the bundle is complete in {chosen.out}") from interrupt
        raise Interrupted(
            f"nothing was written to {chosen.out}. Repeat the command to start again"
        ) from interrupt
    show(bundle)


def _some_of(kind: str, known: Collection[str]) -> Callable[[str], tuple[str, ...]]:
    def parse(text: str) -> tuple[str, ...]:
        names = tuple(name.strip() for name in text.split(","))
        for name in names:
            if name not in known:
                raise argparse.ArgumentTypeError(str(unknown_name(kind, name, known)))
        return names

    return parse


def _variants(text: str) -> str | tuple[str, ...]:
    return text if text == "auto" else _some_of("TFLite variant", _VARIANTS)(text)


def _count(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text)):
        raise argparse.ArgumentTypeError(
            f"must be a whole number of at least 1. Received: {text!r}"
        )
    return int(text)


def _share(text: str) -> float | None:
    if text == "none":
        return None
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(
            f"must be a share from 0 to 1, or none. Received: {text!r}"
        )
    return share
