"""Write the SavedModel of a bundle and prove that it answers as the model does."""

import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from kerastl.artifacts.artifact import Artifact
from kerastl.artifacts.clean_process import ask_in_clean_process
from kerastl.artifacts.comparison import Reference
from kerastl.artifacts.exportable import Exportable
from kerastl.artifacts.held_out import HeldOut
from kerastl.artifacts.saved_model import write_saved_model

# TensorFlow Serving loads the highest number.
_PATH = Path("saved_model", "1")
_TOLERANCE = 1e-5
# Training rescues some pictures with Pillow (CMYK, broken headers), whose decoder rounds otherwise.
_OFF = 0.02


def make_saved_model(
    exportable: Exportable, directory: Path, examples: HeldOut, reference: Reference
) -> tuple[Artifact, dict[str, Any]]:
    """Write `saved_model/1`, ask it in a clean process, compare.

    Args:
        exportable: The model.
        directory: The bundle under construction.
        examples: What to compare on.
        reference: The model's answers.

    Returns:
        The row of raw input, and the signatures as the file says them.

    Raises:
        RuntimeError: If the file does not answer as the model does.
    """
    path = directory / _PATH
    write_saved_model(exportable, path)
    with tempfile.TemporaryDirectory(dir=directory) as workspace:
        answer = ask_in_clean_process(path, examples, Path(workspace))
    off = float(np.abs(answer.tensor_scores - reference.scores).max())
    if not off <= _TOLERANCE:
        raise RuntimeError(
            "The SavedModel does not compute what the model does on the same inputs. "
            f"Received: scores that differ by {off:.1e}, more than {_TOLERANCE:g}"
        )
    raw_off = np.abs(answer.scores - reference.scores).max(axis=-1) > _TOLERANCE
    if raw_off.mean() > _OFF:
        raise RuntimeError(
            "The SavedModel reads raw input otherwise than training did: held_out.raw and "
            f"held_out.inputs must be the same examples. Received: {raw_off.sum()} of "
            f"{len(raw_off)} examples with other scores"
        )
    size = sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
    row = reference.judge("saved_model", _PATH, size, answer.scores, answer.latency_ms)
    return row, {"path": _PATH.as_posix(), "signatures": answer.signatures}
