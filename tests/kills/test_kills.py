"""A few of the kills that `make kills` repeats at random moments of every phase."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PHASES = ("tuning", "save", "index")


@pytest.mark.slow
def test_killed_programs_go_on_with_the_unbroken_result(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "tests.kills.run", "--kills", "6", "--json", "--phases", *PHASES],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-3000:]
    rows = json.loads(done.stdout.splitlines()[-1])
    found = {row["phase"]: (row["kills"], row["equal"], row["left"]) for row in rows}
    assert found == dict.fromkeys(PHASES, (2, 2, 0))
