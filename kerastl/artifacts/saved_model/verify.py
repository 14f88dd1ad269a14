"""Check that a SavedModel computes what the model computes."""

from pathlib import Path

import numpy as np

from kerastl.artifacts.comparison import Reference
from kerastl.artifacts.exportable import Exportable
from kerastl.artifacts.held_out import HeldOut
from kerastl.artifacts.saved_model.clean_process import CleanAnswer
from kerastl.artifacts.serving.server_process import ask_as_server, c_library
from kerastl.artifacts.serving.signature import ServedSignature

# The same graph on the same examples, so only the order of additions could differ.
_SAME_GRAPH = 1e-6
# `predict` builds its graph for batches of one size, for which TensorFlow picks other kernels.
_TOLERANCE = 1e-5
# The graph shortens words of thousands of characters before it tokenizes them.
_OFF = 0.02
# Loading and preparing the graph takes longer than these.
_SERVER_EXAMPLES = 32


def check_same_model(
    exportable: Exportable, examples: HeldOut, reference: Reference, answer: CleanAnswer
) -> None:
    """Compare both signatures of a SavedModel with the model.

    Args:
        exportable: The model.
        examples: The held-out examples.
        reference: The model's scores of these examples.
        answer: The SavedModel's scores of the same examples.

    Raises:
        RuntimeError: If the scores differ, a raw example has no answer, or more than 2 % of the
            raw examples are read differently than in training.
    """
    refused = [error for error in answer.errors if error]
    if refused:
        raise RuntimeError(
            "The SavedModel must answer every held-out example. For larger images pass "
            f"`max_pixels`. Received: {len(refused)} of {len(answer.errors)} examples with an "
            f"error, the first: {refused[0]!r}"
        )
    some = slice(0, _SERVER_EXAMPLES)
    same_graph = _traced_scores(exportable, examples, some)
    # Probabilities are compared as they are, larger numbers relative to the largest.
    scale = max(1.0, float(np.abs(reference.scores).max()))
    for expected, given, tolerance in (
        (same_graph, answer.tensor_scores[some], _SAME_GRAPH),
        (reference.scores, answer.tensor_scores, _TOLERANCE),
    ):
        off = float(np.abs(given - expected).max()) / scale
        if not off <= tolerance:
            raise RuntimeError(
                "The SavedModel does not compute what the model computes on the same inputs. "
                f"Received: scores that differ by {off:.1e}, more than {tolerance:g}"
            )
    each = np.abs(answer.scores - reference.scores).reshape(len(examples), -1).max(axis=-1)
    raw_off = each / scale > _TOLERANCE
    if raw_off.mean() > _OFF:
        raise RuntimeError(
            "The SavedModel reads raw input differently than training did: held_out.raw and "
            f"held_out.inputs must be the same examples. Received: {raw_off.sum()} of "
            f"{len(raw_off)} examples with different scores"
        )


def _traced_scores(exportable: Exportable, examples: HeldOut, some: slice) -> np.ndarray:
    import tensorflow as tf

    named = {name: tf.constant(values[some]) for name, values in examples.inputs.items()}
    return np.asarray(exportable.traced_scores(named)["scores"])


def check_as_server(
    path: Path,
    signature: ServedSignature,
    libraries: list[Path],
    examples: HeldOut,
    answer: CleanAnswer,
    workspace: Path,
) -> int:
    """Run a SavedModel through TensorFlow's C API, as TensorFlow Serving does, and compare.

    Args:
        path: The directory that holds `saved_model.pb`.
        signature: The signature of raw input.
        libraries: Shared libraries with the text operations that a server links.
        examples: The held-out examples; the first 32 are used.
        answer: The SavedModel's scores of these examples in Python's TensorFlow.
        workspace: An existing directory for temporary files.

    Returns:
        The number of examples that were compared.

    Raises:
        RuntimeError: If the C API cannot run the SavedModel, or gives different scores.
    """
    library = c_library()
    assert library is not None
    raw = [r.encode() if isinstance(r, str) else r for r in examples.raw[:_SERVER_EXAMPLES]]
    served = ask_as_server(path, signature, raw, libraries, library, workspace)
    scale = max(1.0, float(np.abs(answer.scores).max()))
    off = float(np.abs(served.scores - answer.scores[: len(raw)]).max()) / scale
    if not off <= _SAME_GRAPH:
        raise RuntimeError(
            "The SavedModel gives different scores in TensorFlow's C API, as a server runs it. "
            f"Received: scores that differ by {off:.1e}, more than {_SAME_GRAPH:g}"
        )
    return len(raw)
