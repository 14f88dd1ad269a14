"""What a number that a user gives must be: one check, one way to say so."""

import math
from numbers import Integral, Real
from typing import Any


def check_count(name: str, given: Any, at_least: int = 1) -> None:
    """Refuse what is no whole number, or one too small.

    Args:
        name: The argument's.
        given: Its value. Truth values are no numbers.
        at_least: The smallest allowed. Defaults to 1.

    Raises:
        ValueError: If it is refused.

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
    """Refuse what is no finite number, or one outside an interval.

    Args:
        name: The argument's.
        given: Its value. Truth values are no numbers.
        interval: As mathematics writes it: a parenthesis leaves its end out, a bracket does
            not. Defaults to `"(-inf, inf)"`.

    Raises:
        ValueError: If it is refused.

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
