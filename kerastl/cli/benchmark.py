"""Measure the LiteRT files of a bundle on this machine."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kerastl.basics.printer import show
from kerastl.cli.command import add_parser

if TYPE_CHECKING:
    from kerastl.answering.benchmarking.measured_file import MeasuredFile

_EXAMPLE = """\
kerastl benchmark exported/photos
kerastl benchmark exported/photos --formats int8,float32 --threads 1,2,4 --json"""
_WIDTH = 100


def add_command(commands: Any) -> None:
    """Add `kerastl benchmark`."""
    parser = add_parser(
        commands, "benchmark", run,
        "Measure latency, throughput and memory of a bundle's LiteRT files on this machine",
        _EXAMPLE,
    )  # fmt: skip
    parser.add_argument(
        "bundle", metavar="BUNDLE", type=Path, help="directory that kerastl export wrote"
    )
    parser.add_argument(
        "--formats", type=_names, metavar="NAMES",
        help="files such as int8,float32, separated by commas (default: all)",
    )  # fmt: skip
    parser.add_argument(
        "--threads", type=_counts, metavar="COUNTS",
        help="numbers of threads, separated by commas (default: 1, and the number of cores)",
    )  # fmt: skip
    parser.add_argument(
        "--seconds", type=float, default=1.0, metavar="SECONDS",
        help="how long each file is run with each number of threads (default: 1)",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print every measured value as JSON")


def run(chosen: argparse.Namespace) -> None:
    """Measure the files, one after the other, and print a table."""
    from kerastl.answering.benchmarking.measured_file import measure_file
    from kerastl.answering.bundle_files import BundleFiles
    from kerastl.answering.kept_files import chosen_file, kept_files
    from kerastl.basics.arguments import check_number
    from kerastl.basics.progress import showing_progress, step

    check_number("seconds", chosen.seconds, "(0, 600]")
    files = BundleFiles(chosen.bundle)
    kept = list(kept_files(files.report).values())
    if chosen.formats:
        kept = [chosen_file(files.report, name) for name in chosen.formats]
    for row in kept:
        files.read(str(row.path))
    cases = [(row, count) for row in kept for count in chosen.threads or _default_threads()]
    found = []
    with showing_progress("auto"), step("Measuring", len(cases)) as advance:
        for row, count in cases:
            path = files.report.path(row.name)
            found.append(measure_file(row.name, path, count, chosen.seconds))
            advance(1)
    fastest = min(found, key=lambda each: each.median_ms)
    commands = _phone(files.report.path(fastest.name))
    if chosen.json:
        plain = {"files": [each.to_json() for each in found], "phone": commands}
        show(json.dumps(plain, indent=2, ensure_ascii=False))
        return
    _print_table(found)
    show("load: from the disk; first: the first example; the other columns are of later examples,")
    show(f"one after the other for {chosen.seconds:g} s. RAM: growth of the process.")
    show("")
    show("On a phone that is attached with adb, with benchmark_model of TensorFlow Lite:")
    for command in commands:
        show(f"  {command}")


def _phone(path: Path) -> list[str]:
    from kerastl.answering.benchmarking.phone_command import phone_commands

    return phone_commands(path, threads=4)


def _print_table(found: Sequence[MeasuredFile]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("file")
    for name in (
        "MB",
        "threads",
        "load ms",
        "first ms",
        "median ms",
        "p95 ms",
        "a second",
        "RAM MB",
    ):
        table.add_column(name, justify="right")
    for each in found:
        memory = "-" if each.memory_mb is None else f"{each.memory_mb:.0f}"
        table.add_row(
            each.name.removeprefix("tflite/"), f"{each.bytes / 1e6:.2f}", str(each.threads),
            f"{each.load_ms:.1f}", f"{each.first_ms:.2f}", f"{each.median_ms:.2f}",
            f"{each.p95_ms:.2f}", f"{each.per_second:.0f}", memory,
        )  # fmt: skip
    console = Console(highlight=False)
    console.width = min(console.width, _WIDTH) if console.is_terminal else _WIDTH
    console.print(table)


def _default_threads() -> list[int]:
    return sorted({1, os.cpu_count() or 1})


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _counts(text: str) -> list[int]:
    counts = [int(part) for part in text.split(",")]
    if not counts or min(counts) < 1:
        raise ValueError(text)
    return counts
