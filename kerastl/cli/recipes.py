"""List and copy the complete programs that come with kerastl."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from kerastl.basics.printer import show
from kerastl.cli.command import add_parser


def add_command(commands: Any) -> None:
    """Add `kerastl recipes`."""
    parser = add_parser(
        commands, "recipes", _list, "List complete programs, or copy one to change it",
        "kerastl recipes list\nkerastl recipes copy photos my_project",
    )  # fmt: skip
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    add_parser(actions, "list", _list, "List the programs", "kerastl recipes list")
    copy = add_parser(
        actions, "copy", _copy, "Copy a program with its data; nothing is replaced",
        "kerastl recipes copy photos my_project",
    )  # fmt: skip
    copy.add_argument("name", metavar="NAME", help="a name that kerastl recipes list shows")
    copy.add_argument(
        "directory", metavar="DIRECTORY", nargs="?", type=Path, default=Path(),
        help="directory to copy to (default: the working directory)",
    )  # fmt: skip


def _list(chosen: argparse.Namespace) -> None:
    from kerastl.cli.carried.programs import find_programs, programs_folder

    programs = find_programs(programs_folder())
    width = max(map(len, programs), default=0)
    for program in programs.values():
        print(f"{program.name:<{width}}  {program.about}")


def _copy(chosen: argparse.Namespace) -> None:
    from kerastl.cli.carried.programs import find_program, programs_folder

    for path in find_program(programs_folder(), chosen.name).copy(chosen.directory):
        show(path)
