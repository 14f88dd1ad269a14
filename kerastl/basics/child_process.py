"""Run a program of this package in a separate process."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path


def run_alone(program: Path, arguments: Sequence[Path], failure: str) -> None:
    """Run a Python program in a separate process.

    Args:
        program: The Python file.
        arguments: Its command-line arguments.
        failure: The first sentence of the error if the program fails.

    Raises:
        RuntimeError: If the program fails. The message is `failure`, the exit status and the last
            line of the program's error output.
    """
    # -P keeps this package's own directory off the path of the child.
    command = [sys.executable, "-P", str(program), *map(str, arguments)]
    quiet = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run(command, capture_output=True, text=True, env=quiet, check=False)
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["no message"]
        raise RuntimeError(f"{failure} Received: exit status {done.returncode}, {lines[-1]}")
