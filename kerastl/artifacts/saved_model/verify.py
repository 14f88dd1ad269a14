"""Write the SavedModel of a bundle and prove that it answers as the model does."""

import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from kerastl.artifacts.bundle.artifact import Artifact
from kerastl.artifacts.comparison import Reference
from kerastl.artifacts.exportable import Exportable
from kerastl.artifacts.held_out import HeldOut
from kerastl.artifacts.saved_model.clean_process import CleanAnswer, ask_in_clean_process
from kerastl.artifacts.saved_model.write import RAW_SIGNATURE, TENSOR_SIGNATURE, write_saved_model
from kerastl.artifacts.serving.operations import linked_libraries, served_operations
from kerastl.artifacts.serving.request_examples import write_request_examples
from kerastl.artifacts.serving.server_process import ask_as_server, c_library
from kerastl.artifacts.serving.signature import ServedSignature
from kerastl.artifacts.serving.warmup import write_warmup

# The same graph on the same examples, so only the order of additions could differ.
_SAME_GRAPH = 1e-6
# `predict` builds its graph for batches of one size, for which TensorFlow picks other kernels.
_TOLERANCE = 1e-5
# Training rescues some images with Pillow (CMYK, broken headers), whose decoder rounds otherwise.
_OFF = 0.02
# Loading and preparing the graph takes longer than these.
_ASKED_AS_SERVER = 32


def make_saved_model(
    exportable: Exportable,
    directory: Path,
    examples: HeldOut,
    reference: Reference,
    version: int = 1,
) -> tuple[Artifact, dict[str, Any]]:
    """Write `saved_model/VERSION`, ask it in a clean process and through the C API, compare.

    Args:
        exportable: The model.
        directory: The bundle under construction.
        examples: What to compare on.
        reference: The model's answers.
        version: Number of the directory; a server loads the highest. Defaults to 1.

    Returns:
        The row of raw input, and what `kerastl.json` says of the SavedModel: signatures as the
        file states them, operations, lowest server version, example requests.

    Raises:
        ValueError: If the graph holds an operation that no server links.
        RuntimeError: If the file does not answer as the model does.
    """
    relative = Path("saved_model", str(version))
    path = directory / relative
    write_saved_model(exportable, path)
    operations = served_operations(path)
    libraries = linked_libraries(operations)
    raw = ServedSignature.read(path, RAW_SIGNATURE)
    samples = exportable.reader.samples()
    records = write_warmup(path, raw, ServedSignature.read(path, TENSOR_SIGNATURE), samples)
    with tempfile.TemporaryDirectory(dir=directory) as folder:
        workspace = Path(folder)
        answer = ask_in_clean_process(path, examples, libraries, workspace)
        _check_same_model(exportable, examples, reference, answer)
        asked = _check_as_server(path, raw, libraries, examples, answer, workspace)
    size = sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
    row = reference.judge("saved_model", relative, size, answer.scores, answer.latency_ms)
    return row, {
        "path": relative.as_posix(),
        "version": version,
        "signatures": answer.signatures,
        "serving": {
            **operations.describe(),
            "warm_up_requests": records,
            "asked_through_c_api": asked,
            "requests": write_request_examples(directory, raw, samples[:1]),
        },
    }


def _check_same_model(
    exportable: Exportable, examples: HeldOut, reference: Reference, answer: CleanAnswer
) -> None:
    some = slice(0, _ASKED_AS_SERVER)
    same_graph = _open_batch_scores(exportable, examples, some)
    # Probabilities are compared as they are, larger numbers relative to the largest.
    scale = max(1.0, float(np.abs(reference.scores).max()))
    for expected, given, tolerance in (
        (same_graph, answer.tensor_scores[some], _SAME_GRAPH),
        (reference.scores, answer.tensor_scores, _TOLERANCE),
    ):
        off = float(np.abs(given - expected).max()) / scale
        if not off <= tolerance:
            raise RuntimeError(
                "The SavedModel does not compute what the model does on the same inputs. "
                f"Received: scores that differ by {off:.1e}, more than {tolerance:g}"
            )
    each = np.abs(answer.scores - reference.scores).reshape(len(examples), -1).max(axis=-1)
    raw_off = each / scale > _TOLERANCE
    if raw_off.mean() > _OFF:
        raise RuntimeError(
            "The SavedModel reads raw input otherwise than training did: held_out.raw and "
            f"held_out.inputs must be the same examples. Received: {raw_off.sum()} of "
            f"{len(raw_off)} examples with other scores"
        )


def _open_batch_scores(exportable: Exportable, examples: HeldOut, some: slice) -> np.ndarray:
    import tensorflow as tf

    signature = [exportable.signature(batch_size=None)]
    scores = tf.function(lambda named: exportable.scores(named)["scores"], signature)
    named = {name: tf.constant(values[some]) for name, values in examples.inputs.items()}
    return np.asarray(scores(named))


def _check_as_server(
    path: Path,
    signature: ServedSignature,
    libraries: list[Path],
    examples: HeldOut,
    answer: CleanAnswer,
    workspace: Path,
) -> int:
    library = c_library()
    if library is None:
        return 0
    raw = [r.encode() if isinstance(r, str) else r for r in examples.raw[:_ASKED_AS_SERVER]]
    served = ask_as_server(path, signature, raw, libraries, library, workspace)
    scale = max(1.0, float(np.abs(answer.scores).max()))
    off = float(np.abs(served.scores - answer.scores[: len(raw)]).max()) / scale
    if not off <= _SAME_GRAPH:
        raise RuntimeError(
            "The SavedModel answers otherwise through TensorFlow's C API, as a server runs it. "
            f"Received: scores that differ by {off:.1e}, more than {_SAME_GRAPH:g}"
        )
    return len(raw)
