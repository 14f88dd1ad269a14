"""Write the options that an error advises as the command line has them."""

from __future__ import annotations

import argparse
import re
import shlex
from collections.abc import Collection

_ADVICE = re.compile(r"""`?\b([a-z][a-z_]*)=("[^"]*"|'[^']*'|[\w.]+)`?""")
_OPTION = re.compile(r"--[a-z][a-z-]*")


def error_line(error: Exception, chosen: argparse.Namespace) -> str:
    """Return the message of an error for a user of the command line.

    Args:
        error: The error of a command.
        chosen: The parsed arguments of the command.

    Returns:
        The message. An argument of a Python function that it advises is the option of the command,
        if there is one. Run files have the names of the arguments.
    """
    message = str(error) or type(error).__name__
    of_file = str(getattr(chosen, "data", "")).lower().endswith((".yaml", ".yml"))
    if of_file or not hasattr(chosen, "parser"):
        return message
    return with_options(message, set(_OPTION.findall(chosen.parser.format_help())))


def with_options(message: str, options: Collection[str]) -> str:
    """Replace the arguments that a message advises by options of the command line.

    Args:
        message: The message of an error. What follows `Received:` is not changed.
        options: The options of the command.

    Returns:
        The message.

    Example:

    >>> with_options('Pass `on_error="skip"`. Received: on_error=1', ["--on-error"])
    'Pass `--on-error skip`. Received: on_error=1'
    """
    advice, mark, received = message.partition("Received:")

    def option(found: re.Match[str]) -> str:
        name = "--" + found[1].replace("_", "-")
        if name not in options:
            return found[0]
        value = shlex.quote(found[2].strip("\"'"))
        return f"`{name} {value}`"

    return _ADVICE.sub(option, advice) + mark + received
