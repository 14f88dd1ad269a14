"""Write the LiteRT files of a bundle, each run and judged first."""

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from kerastl.artifacts.bundle.artifact import Artifact
from kerastl.artifacts.comparison import Reference
from kerastl.artifacts.exportable import Exportable
from kerastl.artifacts.held_out import HeldOut
from kerastl.artifacts.litert.conversion import convert_float32
from kerastl.artifacts.litert.observation import observe
from kerastl.artifacts.litert.runner import LiteRTModel
from kerastl.artifacts.litert.variants import NEXT, automatic_variants
from kerastl.artifacts.tflite_fallbacks import Fallbacks

AUTO = "auto"
_UNROUNDED = {"float32", "float16"}


def make_lite_files(
    exportable: Exportable,
    directory: Path,
    examples: HeldOut,
    reference: Reference,
    calibration: HeldOut | None,
    quantize: str | Sequence[str],
) -> tuple[list[Artifact], dict[str, Any]]:
    """Convert once, make every variant from that, and keep those that pass.

    Args:
        exportable: The model.
        directory: The bundle under construction.
        examples: What to compare on.
        reference: The model's answers.
        calibration: Training examples, or None.
        quantize: Names of variants, or `"auto"`.

    Returns:
        A row for each file that was tried, and the signatures of those that were kept, by path.

    Raises:
        RuntimeError: If the float32 file does not answer as the model does.
    """
    (directory / "tflite").mkdir()
    with tempfile.TemporaryDirectory(dir=directory) as workspace:
        float32 = convert_float32(exportable, Path(workspace))
    scores = LiteRTModel(float32, threads=2).predict(examples.inputs)
    reference.check_same(scores, "The float32 LiteRT file")
    if quantize == AUTO:
        quantize = automatic_variants(float32, calibrated=calibration is not None)
    observation = None
    if calibration is not None and set(quantize) - _UNROUNDED:
        observation = observe(float32, calibration.inputs)
    fallbacks = Fallbacks(exportable, float32, observation, examples, reference)
    rows: list[Artifact] = []
    described: dict[str, Any] = {}
    # Why each is made: asked for, or in the place of one that failed.
    due = dict.fromkeys(quantize, "")
    while remaining := [variant for variant in due if f"tflite/{variant}" not in _names(rows)]:
        variant = remaining[0]
        attempts = fallbacks.climb(variant)
        rows += [replace(a.row, candidate=_joined(a.row.candidate, due[variant])) for a in attempts]
        last = attempts[-1]
        if last.row.kept and last.row.path is not None and last.content is not None:
            (directory / last.row.path).write_bytes(last.content)
            described[last.row.path.as_posix()] = last.signature
        elif variant in NEXT:
            due.setdefault(NEXT[variant], f"in place of {variant}")
    return rows, described


def _joined(*parts: str) -> str:
    return ", ".join(filter(None, parts))


def _names(rows: list[Artifact]) -> set[str]:
    return {row.name for row in rows}
