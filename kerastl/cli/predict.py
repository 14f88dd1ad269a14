"""Predict images or texts with a trained recipe or an exported bundle."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from kerastl.cli.command import add_parser

_CLASSIFIERS = ("image_classification", "text_classification")

_EXAMPLE = """\
kerastl predict exported/photos new_photos
kerastl predict runs/photos a.jpg b.jpg
kerastl predict exported/photos 'photos/*.jpg' --csv
kerastl predict exported/photos new_photos --allow-unknown
kerastl predict runs/reviews "Never once bored." --json
kerastl predict exported/reviews - < sentences.txt"""


def add_command(commands: Any) -> None:
    """Add `kerastl predict`."""
    parser = add_parser(
        commands, "predict", run,
        "Predict images or texts with a trained recipe or an exported bundle", _EXAMPLE,
    )  # fmt: skip
    parser.add_argument(
        "model", metavar="RUN|BUNDLE", type=Path,
        help="directory that kerastl fit wrote, or one that kerastl export wrote, which answers "
        "at once, without TensorFlow",
    )  # fmt: skip
    parser.add_argument(
        "inputs", metavar="INPUT", nargs="+",
        help="path of an image, folder of images, pattern such as 'photos/*.jpg', or a text; - "
        "reads standard input, one input on each line",
    )  # fmt: skip
    parser.add_argument(
        "--format", metavar="NAME",
        help="LiteRT file of a bundle, such as float32 (default: the first of int8, float16 and "
        "float32 for images, or dynamic, float16 and float32 for texts)",
    )  # fmt: skip
    parser.add_argument(
        "--pixel-range", type=float, nargs=2, metavar="VALUE",
        help="values of black and white in images that store numbers (default: those of the "
        "training images)",
    )  # fmt: skip
    parser.add_argument(
        "--allow-unknown", action="store_true",
        help="answer 'none of these' for inputs that are unlike the training examples "
        "(classification only)",
    )  # fmt: skip
    output = parser.add_mutually_exclusive_group()
    output.add_argument(
        "--json", action="store_true",
        help="print everything that is predicted, such as all probabilities, as JSON",
    )  # fmt: skip
    output.add_argument(
        "--csv", action="store_true",
        help="print everything that is predicted as a table with one row for each input, object "
        "or entity",
    )  # fmt: skip


def run(chosen: argparse.Namespace) -> None:
    """Predict and print one line for each input, in order."""
    from kerastl.cli.answers.printed_predictions import print_csv, print_json, print_lines
    from kerastl.data.inputs.image_paths import images_at

    inputs = list(_expanded(chosen.inputs))
    if not inputs:
        raise ValueError("There is no input to predict. Received: no line on standard input")
    model = _loaded(chosen.model, chosen.format)
    if model.modality == "image":
        inputs = [path for each in inputs for path in images_at(each) or [each]]
    options = {"allow_unknown": True} if _allows_unknown(chosen, model) else {}
    predictions = model.predict(inputs, pixel_range=chosen.pixel_range, **options)
    if chosen.json:
        print_json(inputs, predictions, model.task)
    elif chosen.csv:
        print_csv(inputs, predictions)
    else:
        print_lines(inputs, predictions)


def _allows_unknown(chosen: argparse.Namespace, model: Any) -> bool:
    """Return whether `--allow-unknown` was given; raise an error for another task."""
    if chosen.allow_unknown and not model.task.endswith(_CLASSIFIERS):
        raise ValueError(
            "`--allow-unknown` is for classifiers with one class for each input: leave it out. "
            f"Received: --allow-unknown for {model.task}"
        )
    return bool(chosen.allow_unknown)


def _loaded(directory: Path, format: str | None) -> Any:
    """Return the model of a bundle, or the recipe of a run."""
    from kerastl.answering.bundle_files import is_bundle

    if is_bundle(directory):
        from kerastl.cli.answers.quiet_bundle import load_quietly

        return load_quietly(directory, format)
    if format is not None:
        raise ValueError(
            "`--format` names a file of an exported bundle, and a trained recipe has none: leave "
            f"it out, or export the recipe. Received: --format {format} for {str(directory)!r}"
        )
    from kerastl.cli.quiet_start import import_tensorflow
    from kerastl.tasks.loading import load

    import_tensorflow()
    return load(directory)


def _expanded(inputs: Iterable[str]) -> Iterable[str]:
    for each in inputs:
        if each == "-":
            # An invalid byte is kept, so that `predict` can name its line.
            if isinstance(sys.stdin, io.TextIOWrapper):
                sys.stdin.reconfigure(errors="surrogateescape")
            yield from (line.rstrip("\r\n") for line in sys.stdin)
        else:
            yield each
