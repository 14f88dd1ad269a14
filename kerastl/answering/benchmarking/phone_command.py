"""The commands that measure a file on a phone."""

from __future__ import annotations

import shlex
from pathlib import Path

TOOL = "benchmark_model"
_FOLDER = "/data/local/tmp"


def phone_commands(path: Path, threads: int) -> list[str]:
    """Return commands for a phone that is attached with `adb`. They are not run.

    Args:
        path: The file.
        threads: Threads of the interpreter.

    Returns:
        Commands for a POSIX shell: copy the tool and the file, run the tool. The tool is
        `benchmark_model` of TensorFlow Lite, which is downloaded for the phone's processor.
    """
    there = f"{_FOLDER}/{path.name}"
    measure = f"{_FOLDER}/{TOOL} --graph={shlex.quote(there)} --num_threads={threads}"
    return [
        f"adb push {TOOL} {_FOLDER}/{TOOL}",
        f"adb shell chmod +x {_FOLDER}/{TOOL}",
        f"adb push {shlex.quote(str(path))} {shlex.quote(there)}",
        f"adb shell {shlex.quote(measure)}",
    ]
