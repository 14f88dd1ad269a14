"""Escape the characters of a text that change what a terminal or a page shows around it."""

import unicodedata

# Control, format, surrogate, line separator, paragraph separator.
_ESCAPED = ("Cc", "Cf", "Cs", "Zl", "Zp")
# Joiners and the soft hyphen belong to emoji and to words of many languages.
_KEPT = "\u00ad\u200c\u200d"


def printable(text: str) -> str:
    r"""Return one line of text without control characters and invisible characters.

    A name may come from somebody else's file. Printed as it is, an escape sequence in it clears
    the terminal, a line break makes a second line, and a bidirectional override reverses letters.
    Half of a surrogate pair cannot be printed at all.

    Args:
        text: A name of a class, a file or a column, or another line.

    Returns:
        The text with the JSON escape sequence of each such character. Letters of all languages,
        emoji and spaces stay.

    Example:

    >>> printable("caf\udce9 \x1b[2J"), printable("naïve café")
    ('caf\\udce9 \\u001b[2J', 'naïve café')
    """
    return text if text.isprintable() else "".join(map(_shown, text))


def printable_lines(text: str) -> str:
    r"""Return a text of several lines with each line printable.

    Args:
        text: Lines with a line feed between two of them.

    Example:

    >>> print(printable_lines("glass\nmet\ral"))
    glass
    met\u000dal
    """
    return "\n".join(map(printable, text.split("\n")))


def _shown(character: str) -> str:
    if character in _KEPT or unicodedata.category(character) not in _ESCAPED:
        return character
    code = character.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{code[start : start + 4]}" for start in range(0, len(code), 4))
