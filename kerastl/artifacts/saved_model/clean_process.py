"""Run a SavedModel in a process that has neither Keras nor kerastl."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kerastl.artifacts.held_out import HeldOut
from kerastl.basics.child_process import running_alone

_PROGRAM = Path(__file__).with_name("serve_alone.py")


@dataclass(frozen=True)
class CleanAnswer:
    """The outputs of a SavedModel.

    Attributes:
        scores: Shape `(N, ...)`, from raw input.
        tensor_scores: The same from the model's own inputs.
        label: The best label of each example, from raw input; empty where there is none.
        labels: The class names in the order of the scores; empty where there are none.
        errors: Why an example has no answer, or `""`, from raw input.
        latency_ms: Median time of one raw example, in milliseconds.
        signatures: Names, shapes and types of inputs and outputs, read from the file itself.
    """

    scores: np.ndarray
    tensor_scores: np.ndarray
    label: list[str]
    labels: list[str]
    errors: list[str]
    latency_ms: float
    signatures: dict[str, Any]


@contextmanager
def running_in_clean_process(
    saved_model: Path, examples: HeldOut, libraries: list[Path], workspace: Path
) -> Iterator[Callable[[], CleanAnswer]]:
    """Run a SavedModel on raw and on prepared examples while a `with` block runs.

    Args:
        saved_model: The directory that holds `saved_model.pb`.
        examples: Examples to score.
        libraries: Shared libraries with the text operations that a server links.
        workspace: An existing directory for the request and the answer.

    Yields:
        A function that waits for the answers and returns them. It raises RuntimeError if the
        process fails, for example because the file needs Keras or kerastl.
    """
    request, answer = workspace / "request.npz", workspace / "answer.npz"
    raw = [item.encode() if isinstance(item, str) else item for item in examples.raw]
    np.savez(
        request,
        raw=np.frombuffer(b"".join(raw), np.uint8),
        lengths=np.array([len(item) for item in raw], np.int64),
        libraries=np.array([str(path) for path in libraries], np.str_),
        **{f"inputs_{name}": values for name, values in examples.inputs.items()},  # type: ignore[arg-type]
    )
    failure = "The SavedModel does not run in a process of its own."
    with running_alone(_PROGRAM, [saved_model, request, answer], failure) as wait:

        def answered() -> CleanAnswer:
            wait()
            request.unlink()
            return _read(answer)

        yield answered


def _read(answer: Path) -> CleanAnswer:
    with np.load(answer, allow_pickle=False) as answered:
        scores, tensor_scores = answered["scores"], answered["tensor_scores"]
        found = json.loads(str(answered["found"]))
    answer.unlink()
    return CleanAnswer(
        scores=scores,
        tensor_scores=tensor_scores,
        label=found["label"],
        labels=found["labels"],
        errors=found["errors"],
        latency_ms=found["latency_ms"],
        signatures=found["signatures"],
    )
