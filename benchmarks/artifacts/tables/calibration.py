"""Is a wrong scale of calibration examples caught?"""

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from artifacts.case import Case
from artifacts.prepared import Prepared
from artifacts.results import Results
from artifacts.table import Rows, Table, head, row
from kerastl.artifacts import HeldOut, export_bundle

_WRONG = {
    "calibration in [0, 1]": (1 / 255, 0.0, False),
    "calibration in [-1, 1]": (1 / 127.5, -1.0, False),
    "calibration less 127.5": (1.0, -127.5, False),
    "calibration times 255": (255.0, 0.0, False),
    "all images in [0, 1]": (1 / 255, 0.0, True),
    "all images in [-1, 1]": (1 / 127.5, -1.0, True),
}


def _measure(prepared: Prepared) -> Rows:
    if prepared.case.is_text:
        return {}
    assert prepared.data.validation is not None
    held_out = prepared.examples(prepared.data.validation, 60)
    calibration = prepared.examples(prepared.data.train, 60)
    exportable = prepared.recipe.exportable()
    rows: Rows = {}
    for name, (factor, shift, both) in _WRONG.items():
        compared = _scaled(held_out, factor, shift) if both else held_out
        with tempfile.TemporaryDirectory() as folder:
            try:
                export_bundle(
                    exportable,
                    Path(folder) / "bundle",
                    held_out=compared,
                    calibration=_scaled(calibration, factor, shift),
                    formats=("tflite",),
                    quantize=("int8",),
                )
                caught = False
            except ValueError as error:
                caught = "scale" in str(error) or "0 to 255" in str(error)
            rows[name] = {"caught": float(caught and not list(Path(folder).iterdir()))}
    return rows


def _scaled(examples: HeldOut, factor: float, shift: float) -> HeldOut:
    inputs = {
        name: (values * factor + shift).astype("float32")
        for name, values in examples.inputs.items()
    }
    return replace(examples, inputs=inputs)


def _lines(results: Results, cases: Sequence[Case]) -> list[str]:
    lines = head("what is wrong", "caught", "of exports")
    for name in results.rows:
        counts = _counts(results, cases, name)
        lines.append(row([name, *map(str, counts)]))
    return lines


def _counts(results: Results, cases: Sequence[Case], name: str) -> tuple[int, int]:
    caught = [value for case in cases for value in results.values(case.name, name, "caught")]
    return int(sum(caught)), len(caught)


def _missed(results: Results, cases: Sequence[Case]) -> list[str]:
    found = []
    for name in results.rows:
        caught, tried = _counts(results, cases, name)
        if caught < tried:
            found.append(f"{name}: caught {caught} times of {tried}")
    return found


TABLE = Table(
    "calibration",
    "Calibration with wrong scaling",
    "Real training images, scaled as some other network would want them, handed to an export "
    "with int8. Caught means an error that names both scales, before any work, with nothing "
    "written. Every case and seed counts as one export.",
    _measure,
    _lines,
    _missed,
)
