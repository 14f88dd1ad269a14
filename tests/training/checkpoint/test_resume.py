import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[3]
# Epoch 0 is the linear probe, 1 and 2 are the second phase, 3 to 5 the third.
KILLS = {
    "solve": -signal.SIGKILL,
    "batch:2:2": -signal.SIGKILL,
    "write:3": -signal.SIGXFSZ,
    # After five batches of the phase: one is left for the next update.
    "batch:4:2": -signal.SIGKILL,
    "end": 0,
}


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["tensorflow", "jax"])
def test_a_run_that_is_killed_in_every_phase_ends_as_if_it_had_not_been(backend, tmp_path):
    environment = {**os.environ, "KERAS_BACKEND": backend, "PYTHONPATH": str(ROOT)}
    environment["XLA_FLAGS"] = "--xla_backend_optimization_level=0" if backend == "jax" else ""
    program = [sys.executable, "-m", "tests.training.checkpoint.killed_run", tmp_path, *KILLS]
    done = subprocess.run(program, env=environment, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr[-2000:]
    ends, states = zip(*json.loads(done.stdout.splitlines()[-1]), strict=True)
    assert list(ends) == [*KILLS.values()], done.stderr[-2000:]
    # Half a state was written, and left no trace in the end.
    states = [[name for name in names if name != "lock"] for names in states]
    assert states == [[], ["state.npz"], ["state.npz", "state.npz.new"], ["state.npz"], []]

    resumed, unbroken = (np.load(tmp_path / f"{name}.npz") for name in ("resumed", "unbroken"))
    assert len(resumed.files) == len(unbroken.files) == 44
    for name in unbroken.files:
        np.testing.assert_array_equal(resumed[name], unbroken[name])
    resumed, unbroken = (
        json.loads((tmp_path / f"{name}.json").read_text()) for name in ("resumed", "unbroken")
    )
    assert resumed["epochs"] == [4, 5]
    assert unbroken["epochs"] == [0, 1, 2, 3, 4, 5]
    assert resumed["rows"] == unbroken["rows"]
    assert resumed["phases"] == unbroken["phases"]
