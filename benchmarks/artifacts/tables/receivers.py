"""Is there a file that some receiver cannot run?"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from shared_folder import shared

from artifacts.case import Case
from artifacts.prepared import Prepared
from artifacts.results import Results
from artifacts.table import Rows, Table, head, row

_MEDIAPIPE = Path(__file__).parents[3] / "export" / "mediapipe" / "classify.py"
_SERVED = "TensorFlow's C API, with the operations that servers link"


def _measure(prepared: Prepared) -> Rows:
    receivers = {
        "LiteRT interpreter": _litert,
        "TensorFlow Lite interpreter": _tensorflow_lite,
        "MediaPipe Tasks": _mediapipe,
    }
    rows: Rows = {}
    for name, receive in receivers.items():
        answered = [_answers(receive, prepared, variant) for variant in prepared.kept]
        rows[name] = {"files": len(answered), "answered": sum(answered)}
    told = json.loads((prepared.bundle.directory / "kerastl.json").read_text("utf-8"))
    asked = told["saved_model"]["serving"]["asked_through_c_api"]
    rows[_SERVED] = {"files": 1, "answered": float(asked > 0)}
    return rows


def _answers(receive: Callable[[Prepared, str], None], prepared: Prepared, variant: str) -> bool:
    try:
        receive(prepared, variant)
    except Exception as error:  # Three runtimes, each with errors of its own.
        print(f"{receive.__name__}, {variant}: {error}", flush=True)
        return False
    return True


def _litert(prepared: Prepared, variant: str) -> None:
    assert np.isfinite(prepared.file_scores[variant]).all()


def _tensorflow_lite(prepared: Prepared, variant: str) -> None:
    import tensorflow as tf

    path = str(prepared.bundle.path(f"tflite/{variant}"))
    run = tf.lite.Interpreter(path).get_signature_runner()
    known = prepared.file(variant)
    scores = run(**known.prepare(prepared.inputs, 0))["scores"]
    np.testing.assert_allclose(scores, prepared.file_scores[variant][:1], atol=0.05)


def _mediapipe(prepared: Prepared, variant: str) -> None:
    path = prepared.bundle.path(f"tflite/{variant}")
    with tempfile.TemporaryDirectory() as folder:
        item = "A fine film."
        if not prepared.case.is_text:
            item = str(next((shared() / "photos").glob("*.jpg")))
        done = subprocess.run(
            [sys.executable, str(_MEDIAPIPE), str(path), item],
            capture_output=True,
            text=True,
            check=False,
            cwd=folder,
        )
    if done.returncode:
        raise RuntimeError(done.stderr.strip().splitlines()[-1])
    label = done.stdout.rstrip("\n").split("\t")[1]
    if label not in prepared.bundle.labels:
        raise RuntimeError(f"an unknown class, {label!r}")


def _lines(results: Results, cases: Sequence[Case]) -> list[str]:
    lines = head("receiver", "files", "answered")
    for name in results.rows:
        lines.append(row([name, *(str(each) for each in _counts(results, cases, name))]))
    return lines


def _counts(results: Results, cases: Sequence[Case], name: str) -> tuple[int, int]:
    return (
        int(sum(results.values(case.name, name, "files").sum() for case in cases)),
        int(sum(results.values(case.name, name, "answered").sum() for case in cases)),
    )


def _missed(results: Results, cases: Sequence[Case]) -> list[str]:
    found = []
    for name in results.rows:
        files, answered = _counts(results, cases, name)
        if answered < files:
            found.append(f"{name}: {files - answered} of {files} files cannot be run")
    return found


TABLE = Table(
    "receivers",
    "Files that a receiver cannot run",
    "Every file of a default export, in every receiver that runs here: float32, float16, dynamic "
    "and int8, and the SavedModel. The page of `export/web`, with LiteRT.js and MediaPipe in a "
    "browser, runs them in `tests/export/test_web.py`.",
    _measure,
    _lines,
    _missed,
    seeds=1,
)
