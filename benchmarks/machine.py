"""The machine that a figure was measured on, in one line."""

import os
import platform
from importlib.metadata import version
from pathlib import Path


def machine() -> str:
    """Name processor, cores, Python, Keras and TensorFlow, without loading them."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("keras", "tensorflow"))
    return f"{_processor()}, {os.cpu_count()} cores, Python {platform.python_version()}, {packages}"


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    if information.is_file():
        for line in information.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
