"""Measure how long kerastl takes to start: the import, and the command line's help.

    python benchmarks/start_up.py

Each time is the median of fresh processes on a warm disk. The exit status is 1 where a bound
is missed.
"""

import statistics
import subprocess
import sys
import time

from machine import machine

PROCESSES = 10
BOUNDS = {
    "import kerastl": (["-c", "import kerastl"], 0.2),
    "kerastl --help": (["-m", "kerastl", "--help"], 0.5),
}


def seconds(arguments: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> int:
    print(machine())
    missed = False
    for name, (arguments, bound) in BOUNDS.items():
        seconds(arguments)
        taken = [seconds(arguments) for _ in range(PROCESSES)]
        median = statistics.median(taken)
        missed = missed or median > bound
        verdict = "missed" if median > bound else "kept"
        print(
            f"{name}: median {median:.3f} s ({min(taken):.3f} to {max(taken):.3f}, "
            f"{PROCESSES} processes), bound {bound} s: {verdict}"
        )
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
