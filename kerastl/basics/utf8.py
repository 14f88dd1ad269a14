"""Find strings that UTF-8, and therefore TensorFlow, cannot hold."""

import re
from collections.abc import Callable, Sequence

from kerastl.basics.files.damaged import ExplainedError

_SURROGATE = re.compile("[\ud800-\udfff]")
_SHOWN = 10  # names of examples in an error
_NEAR = 20  # characters before and after the wrong one


def is_utf8(text: str) -> bool:
    r"""Return whether a string can be encoded in UTF-8.

    Half of a surrogate pair cannot. It comes from a cut emoji, or from a byte that is not UTF-8,
    which Python keeps this way in file names and command lines.

    Example:

    >>> is_utf8("café"), is_utf8("caf\udce9")
    (True, False)
    """
    return text.isascii() or _SURROGATE.search(text) is None


def check_utf8(texts: Sequence[str], title: Callable[[int], str]) -> None:
    """Check that texts can be encoded in UTF-8.

    Args:
        texts: Strings.
        title: The name of a text in the error, by its position.

    Raises:
        ValueError: If a text cannot be encoded. The error counts and names such texts.
    """
    broken = [i for i, text in enumerate(texts) if not is_utf8(text)]
    if not broken:
        return
    found = _SURROGATE.search(texts[broken[0]])
    assert found is not None
    near = texts[broken[0]][max(0, found.start() - _NEAR) : found.end() + _NEAR]
    listed = ", ".join(map(title, broken[:_SHOWN]))
    raise ValueError(
        "TensorFlow cannot hold half of a surrogate pair (a cut emoji, or a byte that is not "
        f"UTF-8), and {len(broken)} of {len(texts)} texts have one: repair a text with "
        '`text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")`, or remove it. '
        f"Received: {near!r} for {listed}{', …' if len(broken) > _SHOWN else ''}"
    )


def decode_utf8(content: bytes, kind: str, title: str) -> str:
    """Decode a string that a data set stores as bytes.

    Args:
        content: The bytes.
        kind: What the string is, for the error, such as `"text"`.
        title: The name of the example, for the error.

    Returns:
        The string.

    Raises:
        ValueError: If the bytes are not UTF-8.
    """
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        near = content[max(0, error.start - _NEAR) : error.end + _NEAR]
        raise ExplainedError(
            f"A {kind} is not encoded in UTF-8: decode it with its encoding, such as "
            f'`.decode("latin-1")`, before you pass it. Received: {near!r} for {title}'
        ) from None
