"""Speed and memory of one LiteRT file, measured in a process of its own."""

from __future__ import annotations

import json
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kerastl.basics.child_process import run_alone

_PROGRAM = Path(__file__).with_name("time_file.py")


@dataclass(frozen=True)
class MeasuredFile:
    """Speed and memory of a LiteRT file with a number of threads.

    Attributes:
        name: The file's name in the report, such as `"tflite/int8"`.
        bytes: Its size.
        threads: Threads of the interpreter.
        load_ms: Time to load the file from the disk and to allocate tensors.
        first_ms: Time of the first example.
        median_ms: Median time of an example after the first.
        p95_ms: The 95th percentile of these times.
        per_second: Examples in a second, one after the other.
        memory_mb: By how much the process grew at its peak; None where the system does not say.
        runs: Number of examples after the first.
    """

    name: str
    bytes: int
    threads: int
    load_ms: float
    first_ms: float
    median_ms: float
    p95_ms: float
    per_second: float
    memory_mb: float | None
    runs: int

    def to_json(self) -> dict[str, Any]:
        """Make a dictionary of plain values."""
        return asdict(self)


def measure_file(name: str, path: Path, threads: int, seconds: float) -> MeasuredFile:
    """Measure a file in a process that imports only LiteRT and NumPy.

    Args:
        name: Its name in the report.
        path: The file.
        threads: Threads of the interpreter.
        seconds: For how long it is run.

    Returns:
        The measurement.

    Raises:
        RuntimeError: If the file cannot be run.
    """
    with tempfile.TemporaryDirectory() as folder:
        request, answer = Path(folder, "request.json"), Path(folder, "answer.json")
        asked = {"path": str(path), "threads": threads, "seconds": seconds}
        request.write_text(json.dumps(asked), encoding="utf-8")
        run_alone(_PROGRAM, [request, answer], f"The file {name} cannot be run.")
        found = json.loads(answer.read_text(encoding="utf-8"))
    runs = np.array(found["runs_ms"])
    return MeasuredFile(
        name=name,
        bytes=path.stat().st_size,
        threads=threads,
        load_ms=found["load_ms"],
        first_ms=found["first_ms"],
        median_ms=float(np.median(runs)),
        p95_ms=float(np.percentile(runs, 95)),
        per_second=1000 / float(runs.mean()),
        memory_mb=found["memory_mb"],
        runs=len(runs),
    )
