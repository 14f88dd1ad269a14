"""Write the LiteRT files of a bundle, each run and judged first."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kerastl.artifacts.artifact import Artifact
from kerastl.artifacts.comparison import Reference
from kerastl.artifacts.exportable import Exportable
from kerastl.artifacts.held_out import HeldOut
from kerastl.artifacts.litert.conversion import convert_float32
from kerastl.artifacts.litert.observation import observe
from kerastl.artifacts.litert.runner import LiteRTModel
from kerastl.artifacts.litert.variants import VARIANTS
from kerastl.artifacts.metadata import with_metadata

_TOLERANCE = 1e-4
_QUANTIZED = ("dynamic", "int8")


def make_lite_files(
    exportable: Exportable,
    directory: Path,
    examples: HeldOut,
    reference: Reference,
    calibration: HeldOut | None,
    quantize: Sequence[str],
) -> tuple[list[Artifact], dict[str, Any]]:
    """Convert once, make every variant from that, and keep those that pass.

    Args:
        exportable: The model.
        directory: The bundle under construction.
        examples: What to compare on.
        reference: The model's answers.
        calibration: Training examples, or None.
        quantize: Names of variants.

    Returns:
        A row for each variant, and the signatures of the files that were kept, by path.

    Raises:
        RuntimeError: If the float32 file does not answer as the model does.
    """
    (directory / "tflite").mkdir()
    with tempfile.TemporaryDirectory(dir=directory) as workspace:
        float32 = convert_float32(exportable, Path(workspace))
    scores = LiteRTModel(float32, threads=2).predict(examples.inputs)
    off = float(np.abs(scores - reference.scores).max())
    if not off <= _TOLERANCE:
        raise RuntimeError(
            "The float32 LiteRT file does not compute what the model does. "
            f"Received: scores that differ by {off:.1e}, more than {_TOLERANCE:g}"
        )
    observation = None
    if calibration is not None and set(quantize) & set(_QUANTIZED):
        observation = observe(float32, calibration.inputs)
    rows, described = [], {}
    for variant in dict.fromkeys(quantize):
        path = Path("tflite", f"{variant}.tflite")
        try:
            content = with_metadata(VARIANTS[variant](float32, observation), exportable)
            runnable = LiteRTModel(content, threads=2)
            scores = runnable.predict(examples.inputs)
        except MemoryError:
            raise
        except Exception as error:  # Two tools and a runtime, each with errors of its own.
            rows.append(_failed(f"tflite/{variant}", error))
            continue
        latency = LiteRTModel(content).latency_ms(examples.inputs)
        row = reference.judge(f"tflite/{variant}", path, len(content), scores, latency)
        rows.append(row)
        if row.kept:
            (directory / path).write_bytes(content)
            described[path.as_posix()] = {"inputs": runnable.inputs, "outputs": runnable.outputs}
    return rows, described


def _failed(name: str, error: Exception) -> Artifact:
    first = (str(error).strip() or type(error).__name__).splitlines()[0]
    return Artifact(name, None, None, None, None, None, None, f"refused: cannot be made, {first}")
