"""The entry point of the command line."""

from __future__ import annotations

import argparse
import importlib
import io
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from kerastl.basics.printable import printable_lines
from kerastl.cli.command import Parser
from kerastl.cli.ending.interrupts import kept_interrupts, run_program
from kerastl.cli.messages import error_line
from kerastl.version import __version__

COMMANDS = (
    "fit",
    "evaluate",
    "predict",
    "export",
    "benchmark",
    "serve",
    "try",
    "suggest",
    "app",
    "inspect",
    "compare",
    "backbones",
    "recipes",
)

# Modules that do not have the name of their command.
_MODULES = {"try": "labelling.try_page", "suggest": "labelling.suggest"}
_EXPECTED = (ValueError, OSError, RuntimeError, ImportError, FloatingPointError)
_FAILED, _INTERRUPTED = 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    An error that a user can correct (a name, a file, an option, a full disk, a loss that
    diverges) is one line on standard error. Any other error keeps its traceback.

    Args:
        arguments: The words after the program's name. Defaults to `sys.argv[1:]`.

    Returns:
        The exit status: 0, or 2 if the command failed, or 130 if it was interrupted.
    """
    # A label that the terminal's encoding lacks is printed as an escape and ends no command.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    words = sys.argv[1:] if arguments is None else list(arguments)
    try:
        with kept_interrupts():
            return _run(words)
    except KeyboardInterrupt as interrupt:
        told = printable_lines(str(interrupt) or "nothing was written")
        if sys.stderr.isatty():
            # The cursor is behind a progress bar and ^C.
            print(file=sys.stderr)
        print(f"kerastl: interrupted: {told}", file=sys.stderr)
        return _INTERRUPTED


def program() -> NoReturn:
    """Run a command and end the process with its status."""
    run_program(main, _INTERRUPTED)


def _run(words: Sequence[str]) -> int:
    chosen = make_parser().parse_args(words)
    chosen.words = words
    try:
        chosen.run(chosen)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader, such as head, has closed the pipe; flushing at exit would raise again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except _EXPECTED as error:
        if chosen.traceback:
            raise
        message = printable_lines(error_line(error, chosen))
        print(f"kerastl: error: {message}", file=sys.stderr)
        return _FAILED
    return 0


def make_parser() -> argparse.ArgumentParser:
    """Make the parser of the program with all of its commands."""
    parser = Parser(
        prog="kerastl",
        description="Transfer learning on Keras 3, from labelled examples to verified files.",
        epilog="example:\n"
        "  kerastl fit photos --test-split 0.2 --out runs/photos\n"
        "  kerastl predict runs/photos new.jpg\n"
        "  kerastl export runs/photos exported/photos",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"kerastl {__version__}")
    parser.add_argument(
        "--traceback", action="store_true", help="show the traceback of every error"
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name in COMMANDS:
        module = importlib.import_module(f"kerastl.cli.{_MODULES.get(name, name)}")
        module.add_command(commands)
    return parser
