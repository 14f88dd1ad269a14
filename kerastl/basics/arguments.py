"""Check the values that a user passes as arguments."""

import math
from collections.abc import Callable, Iterable
from numbers import Integral, Real
from typing import Any


def check_count(name: str, given: Any, at_least: int = 1) -> None:
    """Check that an argument is a whole number and large enough.

    Args:
        name: The name of the argument, for the error.
        given: The value of the argument. Booleans do not count as numbers.
        at_least: The smallest allowed value. Defaults to 1.

    Raises:
        ValueError: If the value is not a whole number, or is below `at_least`.

    Example:

    >>> check_count("epochs", 2.5)
    Traceback (most recent call last):
    ValueError: `epochs` must be a whole number of at least 1. Received: epochs=2.5
    """
    if isinstance(given, bool) or not isinstance(given, Integral) or given < at_least:
        raise ValueError(
            f"`{name}` must be a whole number of at least {at_least}. Received: {name}={given!r}"
        )


def check_number(name: str, given: Any, interval: str = "(-inf, inf)") -> None:
    """Check that an argument is a finite number in an interval.

    Args:
        name: The name of the argument, for the error.
        given: The value of the argument. Booleans do not count as numbers.
        interval: The interval in mathematical notation: a parenthesis excludes its end, a bracket
            includes it. Defaults to `"(-inf, inf)"`.

    Raises:
        ValueError: If the value is not a finite number, or is outside the interval.

    Example:

    >>> check_number("warmup", 1, "[0, 1)")
    Traceback (most recent call last):
    ValueError: `warmup` must be a number in [0, 1). Received: warmup=1
    """
    low, high = map(float, interval[1:-1].split(", "))
    number = float(given) if isinstance(given, Real) and not isinstance(given, bool) else math.nan
    above = low < number or (interval[0] == "[" and number == low)
    below = number < high or (interval[-1] == "]" and number == high)
    if not (math.isfinite(number) and above and below):
        raise ValueError(f"`{name}` must be a number in {interval}. Received: {name}={given!r}")


def check_flag(name: str, given: Any) -> None:
    """Check that an argument is True or False.

    Args:
        name: The name of the argument, for the error.
        given: The value of the argument.

    Raises:
        ValueError: If the value is not a boolean.

    Example:

    >>> check_flag("augment", "no")
    Traceback (most recent call last):
    ValueError: `augment` must be True or False. Received: augment='no'
    """
    # NumPy's booleans have the same names.
    if type(given).__name__ not in ("bool", "bool_"):
        raise ValueError(f"`{name}` must be True or False. Received: {name}={given!r}")


def check_choice(name: str, given: Any, choices: Iterable[str]) -> None:
    """Check that an argument is one of several names.

    Args:
        name: The name of the argument, for the error.
        given: The value of the argument.
        choices: All accepted names.

    Raises:
        ValueError: If the value is not among them.

    Example:

    >>> check_choice("mix", "mixdown", ("mixup", "cutmix"))
    Traceback (most recent call last):
    ValueError: `mix` must be one of 'mixup', 'cutmix'. Received: mix='mixdown'
    """
    known = tuple(choices)
    if not isinstance(given, str) or given not in known:
        names = ", ".join(map(repr, known))
        raise ValueError(f"`{name}` must be one of {names}. Received: {name}={given!r}")


def check_text(name: str, given: Any) -> None:
    """Check that an argument is a string that is not empty.

    Args:
        name: The name of the argument, for the error.
        given: The value of the argument.

    Raises:
        ValueError: If the value is not a string, or empty.

    Example:

    >>> check_text("from_stage", 3)
    Traceback (most recent call last):
    ValueError: `from_stage` must be a name. Received: from_stage=3
    """
    if not isinstance(given, str) or not given:
        raise ValueError(f"`{name}` must be a name. Received: {name}={given!r}")


def check_optional(check: Callable[..., None], name: str, given: Any, *settings: Any) -> None:
    """Run a check of this module unless an argument is None.

    Args:
        check: Such as `check_count`.
        name: The name of the argument, for the error.
        given: The value of the argument.
        *settings: Further arguments of the check.

    Example:

    >>> check_optional(check_number, "learning_rate", None, "(0, inf)")
    """
    if given is not None:
        check(name, given, *settings)


def check_seed(given: Any, *, optional: bool = False) -> None:
    """Check that a seed is a whole number that every generator takes.

    Args:
        given: The value of the argument `seed`.
        optional: Whether None is accepted. Defaults to False.

    Raises:
        ValueError: If the value is not a whole number from 0 to 2**32 - 1.

    Example:

    >>> check_seed(-1)
    Traceback (most recent call last):
    ValueError: `seed` must be a whole number from 0 to 4294967295. Received: seed=-1
    """
    if given is None and optional:
        return
    whole = isinstance(given, Integral) and not isinstance(given, bool)
    if not whole or not 0 <= given < 2**32:
        raise ValueError(
            f"`seed` must be a whole number from 0 to {2**32 - 1}. Received: seed={given!r}"
        )


def check_port(given: int) -> None:
    """Check that a number can be a port.

    Args:
        given: The value of the argument `port`; 0 stands for a free one.

    Raises:
        ValueError: If it is not from 0 to 65535.

    Example:

    >>> check_port(70000)
    Traceback (most recent call last):
    ValueError: `port` must be from 0 to 65535. Received: port=70000
    """
    if not 0 <= given <= 65535:
        raise ValueError(f"`port` must be from 0 to 65535. Received: port={given}")


def check_verbose(given: Any) -> None:
    """Check that `verbose` is `"auto"`, 0, 1 or 2, as for `keras.Model.fit`.

    Raises:
        ValueError: If it is another value.

    Example:

    >>> check_verbose("quiet")
    Traceback (most recent call last):
    ValueError: `verbose` must be 'auto', 0, 1 or 2. Received: verbose='quiet'
    """
    if not (given == "auto" if isinstance(given, str) else given in (0, 1, 2)):
        raise ValueError(f"`verbose` must be 'auto', 0, 1 or 2. Received: verbose={given!r}")
