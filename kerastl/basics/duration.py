"""Read and write durations such as `"10min"`."""

import math
import re
from numbers import Real

_SECONDS = {"": 1.0, "s": 1.0, "sec": 1.0, "min": 60.0, "m": 60.0, "h": 3600.0}
_WRITTEN = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([a-z]*)\s*")


def seconds_of(duration: str | float) -> float:
    """Convert a duration to seconds.

    Args:
        duration: Seconds as a number, or a text such as `"90s"`, `"10min"` or `"1.5h"`.

    Returns:
        Seconds, above 0.

    Raises:
        ValueError: If the value is not a duration above 0.

    Example:

    >>> seconds_of("10min")
    600.0
    """
    if isinstance(duration, str):
        written = _WRITTEN.fullmatch(duration.lower())
        if written and written[2] in _SECONDS:
            seconds = float(written[1]) * _SECONDS[written[2]]
        else:
            seconds = math.nan
    else:
        is_number = isinstance(duration, Real) and not isinstance(duration, bool)
        seconds = float(duration) if is_number else math.nan
    if not 0 < seconds < math.inf:
        raise ValueError(
            "`budget` must be a number of seconds above 0, or a text such as '90s', '10min' or "
            "'1h'. "
            f"Received: budget={duration!r}"
        )
    return seconds


def written_duration(seconds: float) -> str:
    """Return a duration as a text with two digits.

    Example:

    >>> written_duration(42.3), written_duration(430), written_duration(9000)
    ('42 s', '7.2 min', '2.5 h')
    """
    for size, unit in ((3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{float(f'{seconds / size:.2g}'):g} {unit}"
    return f"{float(f'{seconds:.2g}'):g} s"
