"""Trainings of every kind, killed at random moments and resumed, end as if nothing happened."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
KILLS = 2
# One kind for each way in which a training has a state of its own; the others run by night.
EVERY_DAY = ("adversarial_trained", "self_training_trained", "few_shot", "quantized")
BY_NIGHT = (
    "adversarial_frozen",
    "self_training_frozen",
    "chosen_by_auto",
    "relabelled_every_epoch",
    "source_free",
)


@pytest.mark.slow
@pytest.mark.both_backends
@pytest.mark.parametrize(
    "kind", [*EVERY_DAY, *(pytest.param(kind, marks=pytest.mark.nightly) for kind in BY_NIGHT)]
)
def test_a_training_that_is_killed_ends_with_equal_weights(kind, tmp_path):
    module = "tests.training.checkpoint.killed_training"
    done = subprocess.run(
        [sys.executable, "-m", module, str(tmp_path), kind, str(len(kind)), str(KILLS)],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout.splitlines()[-1])
    # A kill may come after the end on a fast machine; the runs that nobody kills must succeed.
    assert (told["ended"][0], told["ended"][-1]) == (0, 0), done.stderr[-3000:]
    assert set(told["ended"][1:-1]) <= {0, -9}, told
    assert told["largest_difference"] == 0, told
    assert told["same_history"], told
    assert told["left"] == []
