"""List the named backbones by family."""

from __future__ import annotations

import argparse
import fnmatch
import re
import textwrap
from typing import Any

from kerastl.basics.suggest import unknown_name
from kerastl.cli.command import add_parser

_EXAMPLE = """\
kerastl backbones
kerastl backbones mobilenet
kerastl backbones 'efficientnet_v2_*'"""
_WIDTH = 100


def add_command(commands: Any) -> None:
    """Add `kerastl backbones`."""
    parser = add_parser(commands, "backbones", run, "List the named backbones by family", _EXAMPLE)
    parser.add_argument(
        "pattern", metavar="PATTERN", nargs="?", default="",
        help="part of a name, or a pattern with * and ?",
    )  # fmt: skip


def run(chosen: argparse.Namespace) -> None:
    """Print the names by family."""
    from kerastl.backbones.registry import names

    known = names()
    found = [name for name in known if _matches(name, chosen.pattern)]
    if not found:
        raise unknown_name("backbone", chosen.pattern, known)
    families: dict[str, list[str]] = {}
    for name in found:
        families.setdefault(_family(name), []).append(name)
    width = max(map(len, families))
    for family, members in families.items():
        first, indent = f"{family:<{width}}  ", " " * (width + 2)
        names_in_lines = textwrap.wrap(" ".join(members), _WIDTH - len(indent))
        print(first + f"\n{indent}".join(names_in_lines))
    if not chosen.pattern:
        print("Also: any keras-hub preset, hf:// address, preset directory or Keras model file.")


def _matches(name: str, pattern: str) -> bool:
    if any(sign in pattern for sign in "*?["):
        return fnmatch.fnmatchcase(name, pattern.lower())
    return pattern.lower() in name


def _family(name: str) -> str:
    """Return the family of a name: `efficientnet` of `efficientnet_v2_b0`."""
    from kerastl.backbones.hub.family import FAMILIES

    return name if name in FAMILIES else re.split("[0-9_]", name)[0]
