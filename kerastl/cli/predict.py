"""Predict images or texts with a trained recipe."""

from __future__ import annotations

import argparse
import io
import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from kerastl.basics.printable import printable
from kerastl.basics.printer import show
from kerastl.cli.command import add_parser

_EXAMPLE = """\
kerastl predict runs/photos a.jpg b.jpg
kerastl predict runs/photos new_photos
kerastl predict runs/reviews "Never once bored." --json
kerastl predict runs/reviews - < sentences.txt"""

# Keys of the JSON output for tasks that find any number of things in an input.
_LISTED = {"object_detection": "objects", "token_classification": "entities"}


def add_command(commands: Any) -> None:
    """Add `kerastl predict`."""
    parser = add_parser(
        commands, "predict", run, "Predict images or texts with a trained recipe", _EXAMPLE
    )
    parser.add_argument("recipe", metavar="RUN", type=Path, help="directory that kerastl fit wrote")
    parser.add_argument(
        "inputs", metavar="INPUT", nargs="+",
        help="path of an image, folder of images, pattern such as 'photos/*.jpg', or a text; - "
        "reads standard input, one input on each line",
    )  # fmt: skip
    parser.add_argument(
        "--pixel-range", type=float, nargs=2, metavar="VALUE",
        help="values of black and white in images that store numbers (default: those of the "
        "training images)",
    )  # fmt: skip
    parser.add_argument(
        "--json", action="store_true",
        help="print everything that is predicted, such as all probabilities, as JSON",
    )  # fmt: skip


def run(chosen: argparse.Namespace) -> None:
    """Predict and print one line for each input, in order."""
    from kerastl.cli.quiet_start import import_tensorflow
    from kerastl.data.inputs.image_paths import images_at
    from kerastl.tasks.loading import load

    inputs = list(_expanded(chosen.inputs))
    if not inputs:
        raise ValueError("There is no input to predict. Received: no line on standard input")
    import_tensorflow()
    recipe = load(chosen.recipe)
    if recipe.modality == "image":
        inputs = [path for each in inputs for path in images_at(each) or [each]]
    predictions = recipe.predict(inputs, pixel_range=chosen.pixel_range)
    pairs = list(zip(inputs, predictions, strict=True))
    if chosen.json:
        rows = [{"input": each, **_plain(found, recipe.task)} for each, found in pairs]
        show(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    for each, found in pairs:
        print(f"{_line(found)}\t{printable(each)}")


def _line(found: Any) -> str:
    from kerastl.tasks.classification.prediction import Prediction

    if isinstance(found, Prediction):
        return f"{printable(found.label)}\t{found.probability:.3f}"
    several = isinstance(found, list)
    return printable((", ".join(map(str, found)) or "-") if several else str(found))


def _plain(found: Any, task: str) -> dict[str, Any]:
    if isinstance(found, list):
        return {_LISTED.get(task, "found"): [asdict(each) for each in found]}
    return asdict(found)


def _expanded(inputs: Iterable[str]) -> Iterable[str]:
    for each in inputs:
        if each == "-":
            # An invalid byte is kept, so that `predict` can name its line.
            if isinstance(sys.stdin, io.TextIOWrapper):
                sys.stdin.reconfigure(errors="surrogateescape")
            yield from (line.rstrip("\r\n") for line in sys.stdin)
        else:
            yield each
