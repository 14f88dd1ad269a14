"""Write an app that answers with an exported bundle."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from kerastl.basics.printer import show
from kerastl.cli.apps.receiver import RECEIVERS
from kerastl.cli.command import add_parser

_EXAMPLE = """\
kerastl app web my_page --bundle exported/photos
kerastl app android my_app --bundle exported/photos --package org.example.photos
kerastl app serving my_server --bundle exported/reviews"""


def add_command(commands: Any) -> None:
    """Add `kerastl app`."""
    parser = add_parser(
        commands, "app", run,
        "Write a page, a program or sources for phones that answer with an exported bundle",
        _EXAMPLE,
    )  # fmt: skip
    kinds = ", ".join(dict.fromkeys(each.name for each in RECEIVERS))
    parser.add_argument("kind", metavar="KIND", help=f"one of {kinds}")
    parser.add_argument("out", metavar="OUT", type=Path, help="directory to write")
    parser.add_argument(
        "--bundle", metavar="BUNDLE", type=Path, required=True,
        help="directory that kerastl export wrote",
    )  # fmt: skip
    parser.add_argument(
        "--file", metavar="NAME",
        help="LiteRT file of the bundle, such as float32 (default: the one that kerastl predict "
        "takes)",
    )  # fmt: skip
    parser.add_argument(
        "--package", metavar="NAME", default="com.example.classifier",
        help="Kotlin package of Android sources (default: com.example.classifier)",
    )  # fmt: skip


def run(chosen: argparse.Namespace) -> None:
    """Write the app and print its files."""
    from kerastl.cli.apps.write_app import README, App

    app = App.make(chosen.kind, chosen.bundle, chosen.file, chosen.package)
    for path in app.write(chosen.out):
        show(path)
    show(f"Next: the commands in {chosen.out / README}")
