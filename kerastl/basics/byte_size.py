"""Read and write sizes such as `"500MB"`."""

import re

_WRITTEN = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([KMGT]?)(i?)B\s*")


def byte_size(value: int | str) -> int:
    """Convert a size to a number of bytes.

    Args:
        value: A number of bytes, or a text such as `"500MB"` (powers of 1,000) or `"2GiB"`
            (powers of 1,024).

    Returns:
        The number of bytes.

    Raises:
        ValueError: If the value is not a size.

    Example:

    >>> byte_size("2GiB"), byte_size(10)
    (2147483648, 10)
    """
    if isinstance(value, str) and (match := _WRITTEN.fullmatch(value)):
        number, prefix, binary = match.groups()
        power = " KMGT".index(prefix or " ")
        return int(float(number) * (1024 if binary else 1000) ** power)
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    raise ValueError(
        "A size must be a number of bytes, or a text such as '500MB' or '2GiB'. "
        f"Received: {value!r}"
    )


def written_size(size: int) -> str:
    """Format a number of bytes with a binary unit.

    Args:
        size: The number of bytes.

    Returns:
        A text such as `"1.5 KiB"`.

    Example:

    >>> written_size(1536)
    '1.5 KiB'
    """
    power = min(4, max(0, size.bit_length() - 1) // 10)
    return f"{size} B" if not power else f"{size / 1024**power:,.1f} {' KMGT'[power]}iB"
