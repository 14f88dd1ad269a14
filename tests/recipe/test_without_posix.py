import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.slow
def test_images_are_trained_saved_and_predicted_without_posix(tmp_path):
    command = [sys.executable, "-X", "warn_default_encoding", "-m", "tests.recipe.without_posix"]
    done = subprocess.run(
        [*command, str(tmp_path)],
        capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "done"
