"""Run a program of this package in a separate process."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def running_alone(
    program: Path, arguments: Sequence[Path], failure: str
) -> Iterator[Callable[[], None]]:
    """Run a Python program in a separate process while a `with` block runs.

    Args:
        program: The Python file.
        arguments: Its command-line arguments.
        failure: The first sentence of the error if the program fails.

    Yields:
        A function that waits for the end of the program. It raises RuntimeError if the program
        fails; the message is `failure`, the exit status and the last line of the program's error
        output. A program that still runs after the block is killed.
    """
    # -P keeps this package's own directory off the path of the child.
    command = [sys.executable, "-P", str(program), *map(str, arguments)]
    quiet = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as said:
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=said, env=quiet)

        def wait() -> None:
            if not child.wait():
                return
            said.seek(0)
            lines = said.read().strip().splitlines() or ["no message"]
            raise RuntimeError(f"{failure} Received: exit status {child.returncode}, {lines[-1]}")

        try:
            yield wait
        finally:
            child.kill()
            child.wait()


def run_alone(program: Path, arguments: Sequence[Path], failure: str) -> None:
    """Run a Python program in a separate process and wait for its end.

    Args:
        program: The Python file.
        arguments: Its command-line arguments.
        failure: The first sentence of the error if the program fails.

    Raises:
        RuntimeError: If the program fails; see `running_alone`.
    """
    with running_alone(program, arguments, failure) as wait:
        wait()
