"""Read and write benchmark results: JSON lines in `benchmarks/results/`."""

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent / "results"
"""Where the results of all benchmarks are kept."""


def read_lines(path: Path) -> list[dict[str, Any]]:
    """Read all results of a file; a missing file has none."""
    if not path.is_file():
        return []
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def append_lines(path: Path, results: Iterable[Any]) -> None:
    """Append results, each a dictionary or a dataclass, to a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.writelines(_line(each) for each in results)


def write_lines(path: Path, results: Iterable[Any]) -> None:
    """Replace a file's results."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # In one move: another program may read the file at any time.
    staged = path.with_suffix(f".{os.getpid()}")
    staged.write_text("".join(_line(each) for each in results), "utf-8")
    staged.replace(path)


def _line(result: Any) -> str:
    row = asdict(result) if is_dataclass(result) and not isinstance(result, type) else result
    return json.dumps(row, ensure_ascii=False) + "\n"
