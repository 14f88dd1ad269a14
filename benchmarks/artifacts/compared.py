"""Accuracy, agreement, size and latency of LiteRT files on the test part."""

from functools import partial

from artifacts.latency import side_by_side
from artifacts.prepared import VARIANTS, Prepared
from artifacts.table import Rows


def compared(prepared: Prepared, rounds: int) -> Rows:
    """Measure every file that the export kept beside the model.

    Args:
        prepared: The case.
        rounds: How often each file is timed.

    Returns:
        Metrics of the model and of each file.
    """
    expected = prepared.scores.argmax(axis=1)
    rows: Rows = {"model": {"accuracy": float((expected == prepared.labels).mean())}}
    calls = {}
    for name in prepared.kept:
        file = prepared.file(name)
        calls[name] = partial(file.run, file.prepare(prepared.inputs, 0))
    timed = side_by_side(calls, rounds)
    for name in VARIANTS:
        artifact = prepared.bundle[f"tflite/{name}"]
        rows[name] = {"decision": artifact.decision, "candidate": artifact.candidate}
        if artifact.kept:
            answers = prepared.file_scores[name].argmax(axis=1)
            rows[name] |= {
                "accuracy": float((answers == prepared.labels).mean()),
                "agreement": float((answers == expected).mean()),
                "bytes": float(artifact.bytes or 0),
                **timed[name],
            }
    return rows
