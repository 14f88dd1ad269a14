"""Time a LiteRT file. A program of its own, so that each file starts from the same memory.

    python time_file.py REQUEST ANSWER

It reads a JSON file with `path`, `threads` and `seconds`, and writes a JSON file.
Neither TensorFlow nor Keras nor kerastl is imported.
"""

import contextlib
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

_LEAST_RUNS = 20


def time_file(path: str, threads: int, seconds: float) -> dict[str, Any]:
    """Load a file and run it on one example until the time is over, and at least 20 times.

    Args:
        path: The file.
        threads: Threads of the interpreter.
        seconds: For how long it is run.

    Returns:
        Milliseconds to load it, of the first run and of each later run, and by how many MB the
        process grew at its peak; None where the system does not say.
    """
    import numpy as np
    from ai_edge_litert.interpreter import Interpreter

    _forget(path)
    before = _peak_memory()
    start = time.perf_counter()
    interpreter = Interpreter(model_path=path, num_threads=threads)
    interpreter.allocate_tensors()
    run = interpreter.get_signature_runner()
    loaded = time.perf_counter()
    random = np.random.default_rng(0)
    # Token ids below 100 are in every vocabulary; a mask of ones is the slowest text.
    given = {
        name: (
            np.ones(detail["shape"], detail["dtype"])
            if name == "padding_mask"
            else random.integers(0, 100, detail["shape"]).astype(detail["dtype"])
        )
        for name, detail in run.get_input_details().items()
    }
    ready = time.perf_counter()
    run(**given)
    first = time.perf_counter() - ready
    runs: list[float] = []
    begun = time.perf_counter()
    while len(runs) < _LEAST_RUNS or time.perf_counter() - begun < seconds:
        start_of_run = time.perf_counter()
        run(**given)
        runs.append(time.perf_counter() - start_of_run)
    after = _peak_memory()
    return {
        "load_ms": (loaded - start) * 1000,
        "first_ms": first * 1000,
        "runs_ms": [each * 1000 for each in runs],
        "memory_mb": None if before is None or after is None else (after - before) / 1e6,
    }


def _forget(path: str) -> None:
    """Ask the system to drop its copy of a file, so that loading reads the disk."""
    if hasattr(os, "posix_fadvise"):
        with contextlib.suppress(OSError), open(path, "rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _peak_memory() -> int | None:
    """Return the most bytes that this process has held in memory."""
    status = Path("/proc/self/status")
    if status.is_file():
        for line in status.read_text(encoding="utf-8").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    try:
        import resource
    except ImportError:  # Windows
        return None
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


if __name__ == "__main__":
    request = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    Path(sys.argv[2]).write_text(json.dumps(time_file(**request)), encoding="utf-8")
