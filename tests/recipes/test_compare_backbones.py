"""The comparison of backbones runs unchanged on a few real photos."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).resolve().parents[2] / "recipes" / "compare_backbones.py"


@pytest.mark.slow
def test_compare_backbones(shared, tmp_path):
    source = shared / "images" / "trashnet6_subset" / "train"
    for folder in sorted(source.iterdir())[:2]:
        (tmp_path / "data" / folder.name).mkdir(parents=True)
        for photo in sorted(folder.iterdir())[:15]:
            shutil.copy(photo, tmp_path / "data" / folder.name)
    out = tmp_path / "out"
    done = subprocess.run(
        [sys.executable, PROGRAM, "--data", tmp_path / "data", "--out", out],
        env={**os.environ, "KERASTL_SHARED": str(shared)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "LogME" in done.stdout
    assert "LiteRT files of backbone and probe" in done.stdout
    assert (out / "backbones.png").read_bytes().startswith(b"\x89PNG")
    assert (out / "recipe").is_dir()
