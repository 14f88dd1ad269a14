"""Split texts into words, with their offsets, as `kerastl.data.texts.words` does in TensorFlow.

The module imports the standard library only.
"""

import unicodedata

_IDEOGRAPHS = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x2FA1F))


def word_offsets(text: str) -> list[tuple[int, int]]:
    """Return the offsets of the words of a text.

    A word is a run of characters between spaces. Each punctuation mark, symbol and Chinese,
    Japanese or Korean ideograph is a word of its own.

    Args:
        text: The text.

    Returns:
        The offset of each word's first character and the offset after its last one.

    Example:

    >>> word_offsets("It's here.")
    [(0, 2), (2, 3), (3, 4), (5, 9), (9, 10)]
    """
    found = []
    start = None
    for place, letter in enumerate(text):
        kind = unicodedata.category(letter)
        is_space = kind[0] == "Z" or kind == "Cc"
        is_alone = kind[0] in "PS" or any(a <= ord(letter) <= b for a, b in _IDEOGRAPHS)
        if not is_space and not is_alone:
            start = place if start is None else start
            continue
        if start is not None:
            found.append((start, place))
            start = None
        if is_alone:
            found.append((place, place + 1))
    if start is not None:
        found.append((start, len(text)))
    return found
