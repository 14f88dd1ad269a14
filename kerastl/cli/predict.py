"""Answer pictures or texts with a trained recipe."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from kerastl.cli.command import add_parser

_EXAMPLE = """\
kerastl predict runs/photos a.jpg b.jpg
kerastl predict runs/reviews "Never once bored." --json
kerastl predict runs/reviews - < sentences.txt"""


def add_command(commands: Any) -> None:
    """Add `kerastl predict`."""
    parser = add_parser(
        commands, "predict", run, "Answer pictures or texts with a trained recipe", _EXAMPLE
    )
    parser.add_argument("recipe", metavar="RUN", type=Path, help="what kerastl fit wrote")
    parser.add_argument(
        "inputs", metavar="INPUT", nargs="+",
        help="paths of pictures, or texts; - reads them from standard input, one a line",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print all probabilities, as JSON")


def run(chosen: argparse.Namespace) -> None:
    """Predict and print one line an input, in order."""
    import kerastl
    from kerastl.cli.quiet_start import import_tensorflow

    inputs = list(_expanded(chosen.inputs))
    if not inputs:
        raise ValueError("There is nothing to answer. Received: no line on standard input")
    import_tensorflow()
    predictions = kerastl.load(chosen.recipe).predict(inputs)
    pairs = list(zip(inputs, predictions, strict=True))
    if chosen.json:
        print(json.dumps([_row(*pair) for pair in pairs], indent=2, ensure_ascii=False))
        return
    for each, prediction in pairs:
        if isinstance(prediction, list):
            print(f"{', '.join(map(str, prediction)) or '-'}\t{each}")
        else:
            print(f"{prediction.label}\t{prediction.probability:.3f}\t{each}")


def _row(given: str, prediction: Any) -> dict[str, Any]:
    if isinstance(prediction, list):
        return {"input": given, "entities": [asdict(entity) for entity in prediction]}
    return {"input": given, **asdict(prediction)}


def _expanded(inputs: Iterable[str]) -> Iterable[str]:
    for each in inputs:
        if each == "-":
            yield from (line.rstrip("\r\n") for line in sys.stdin)
        else:
            yield each
