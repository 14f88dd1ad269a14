"""Check the numbers that a user passes as arguments."""

import math
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
