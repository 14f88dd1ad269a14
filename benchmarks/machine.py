"""Describe the machine of a measurement in one line."""

import os
import platform
from importlib.metadata import version
from pathlib import Path


def machine() -> str:
    """Name processor, vector instructions, cores, Python, Keras and TensorFlow.

    None of them is loaded. Cores are those that this process may use, as `taskset` leaves them.
    """
    packages = ", ".join(f"{name} {version(name)}" for name in ("keras", "tensorflow"))
    return f"{_processor()}, {_cores()}, Python {platform.python_version()}, {packages}"


def _cores() -> str:
    affinity = getattr(os, "sched_getaffinity", None)
    count = len(affinity(0)) if affinity else os.cpu_count()
    return "1 core" if count == 1 else f"{count} cores"


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    if not information.is_file():
        return platform.processor() or platform.machine()
    described = {}
    for line in information.read_text(encoding="utf-8").splitlines():
        name, _, value = line.partition(":")
        described.setdefault(name.strip(), value.strip())
    flags = described.get("flags", "").split()
    # The widest that integer kernels use: they decide what an int8 file gains.
    widest = [name for flag, name in _INSTRUCTIONS.items() if flag in flags][:1]
    return " with ".join([described.get("model name", platform.machine()), *widest])


_INSTRUCTIONS = {"avx512_vnni": "AVX-512 VNNI", "avx_vnni": "AVX-VNNI", "avx2": "AVX2"}
