"""Run a SavedModel as TensorFlow Serving does: through the C API, in its own process."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kerastl.artifacts.serving.signature import ServedSignature
from kerastl.basics.child_process import run_alone

_PROGRAM = Path(__file__).with_name("c_session.py")


@dataclass(frozen=True)
class ServerAnswer:
    """Scores and labels from TensorFlow's C API.

    Attributes:
        scores: Shape `(N, ...)`.
        label: The best label of each example; empty if the model has none.
        loaded: Which of the Python packages TensorFlow, Keras and kerastl the process imported.
    """

    scores: np.ndarray
    label: list[str]
    loaded: list[str]


def c_library() -> Path | None:
    """Return the directory of TensorFlow's C library, or None if the wheel has none."""
    import tensorflow as tf

    folder = Path(tf.sysconfig.get_lib())
    return folder if (folder / "libtensorflow_cc.so.2").is_file() else None


def plan(
    saved_model: Path, signature: ServedSignature, libraries: list[Path], tensorflow: Path
) -> dict:
    """Collect the paths and tensor names that `c_session.py` needs, as JSON values."""
    return {
        "tensorflow": str(tensorflow),
        "libraries": [str(path) for path in libraries],
        "directory": str(saved_model),
        "inputs": {name: value.tensor for name, value in signature.inputs.items()},
        "outputs": {name: value.tensor for name, value in signature.outputs.items()},
    }


def ask_as_server(
    saved_model: Path,
    signature: ServedSignature,
    raw: list[bytes],
    libraries: list[Path],
    tensorflow: Path,
    workspace: Path,
) -> ServerAnswer:
    """Run the raw signature through TensorFlow's C API.

    Args:
        saved_model: The directory that holds `saved_model.pb`.
        signature: The signature of raw input.
        raw: Encoded images, or texts in UTF-8.
        libraries: Shared libraries with the text operations that a server links.
        tensorflow: The directory with TensorFlow's C library.
        workspace: An existing directory for the request and the answer.

    Returns:
        The answers.

    Raises:
        RuntimeError: If the process fails.
    """
    request, answer = workspace / "server_request.npz", workspace / "server_answer.npz"
    np.savez(
        request,
        plan=np.array(json.dumps(plan(saved_model, signature, libraries, tensorflow))),
        raw=np.frombuffer(b"".join(raw), np.uint8),
        lengths=np.array([len(item) for item in raw], np.int64),
    )
    run_alone(
        _PROGRAM,
        [request, answer],
        "The SavedModel does not run in TensorFlow's C API, so a server cannot run it.",
    )
    with np.load(answer, allow_pickle=False) as answered:
        scores, found = answered["scores"], json.loads(str(answered["found"]))
    request.unlink()
    answer.unlink()
    return ServerAnswer(scores, found["label"], found["loaded"])
