"""Whatever step of a replacement is the last one of a process, the old or the new one is there."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
BEFORE = {
    "exchanged": "old",
    "renamed": "old",
    "deleted": "old",
    "file": "old",
    "first": None,
    "filled": None,
    "added": None,
}


@pytest.mark.parametrize("way", sorted(BEFORE))
def test_a_kill_before_any_step_leaves_the_old_or_the_new(way, tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "tests.basics.files.killed_steps", str(tmp_path), way],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    outcome = json.loads(done.stdout.splitlines()[-1])
    *killed, whole = outcome
    assert len(killed) > 10
    assert {ended for ended, *_ in killed} == {-signal.SIGKILL}
    assert whole == [0, "new", "new", []]
    found = [each for _, _, each, _ in outcome]
    # The old one until a step, the new one from then on.
    assert found == sorted(found, key=lambda each: each == "new")
    assert set(found) == {BEFORE[way], "new"}
    assert [left for *_, left in outcome if left] == []
