"""Add a command to the parser, with its description and examples."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any, NoReturn

from kerastl.basics.printable import printable_lines


class Parser(argparse.ArgumentParser):
    """A parser whose errors show control characters of an argument as escape sequences."""

    def error(self, message: str) -> NoReturn:
        """Print the usage and the message, and exit."""
        super().error(printable_lines(message))


def add_parser(
    commands: Any, name: str, run: Callable[[argparse.Namespace], None], about: str, example: str
) -> argparse.ArgumentParser:
    """Add a command with its description and an example of its use.

    Args:
        commands: The object that `add_subparsers` returned.
        name: The word that a user types.
        run: The function that runs the command, given the parsed arguments.
        about: The purpose of the command, a sentence without its full stop.
        example: Example commands, one on each line.

    Returns:
        The parser, for the command's own arguments.
    """
    lines = "\n".join(f"  {line}" for line in example.splitlines())
    parser: argparse.ArgumentParser = commands.add_parser(
        name,
        help=about[0].lower() + about[1:],
        description=f"{about}.",
        epilog=f"example:\n{lines}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.set_defaults(run=run, parser=parser)
    return parser
