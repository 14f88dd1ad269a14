"""A program of this package in a process of its own."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path


def run_alone(program: Path, arguments: Sequence[Path], failure: str) -> None:
    """Run a program that shares nothing with this process.

    Args:
        program: A Python file.
        arguments: What it is given.
        failure: What it means where the program fails, as a sentence.

    Raises:
        RuntimeError: If the program fails: that sentence, its status and its last line.
    """
    # -P keeps this package's own directory off the path of the child.
    command = [sys.executable, "-P", str(program), *map(str, arguments)]
    quiet = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run(command, capture_output=True, text=True, env=quiet, check=False)
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["no message"]
        raise RuntimeError(f"{failure} Received: exit status {done.returncode}, {lines[-1]}")
