"""Tags of words: the schemes that files are written in, and the one that kerastl works in, BIO."""

import re
from collections.abc import Callable, Sequence

OUTSIDE = "O"
_TAG = re.compile(r"[BIESLUM]-\S.*")
_BEGINS = "BSU"
_ENDS = "ESLU"


def is_tag(tag: str) -> bool:
    """Tell whether a tag is `O`, or has one of the known prefixes before its type."""
    return tag == OUTSIDE or _TAG.fullmatch(tag) is not None


def to_bio(tags: Sequence[str], title: Callable[[int], str] = "word {}".format) -> list[str]:
    """Write the tags of one sentence in BIO: `B-` begins an entity, `I-` continues it.

    BIO (also called IOB2), IOB1, BIOES, BILOU and BMES are read. In IOB1 an entity begins with
    `I-`, and with `B-` only right after another one of its type (Ramshaw and Marcus 1995; Tjong
    Kim Sang and Veenstra 1999 compare the schemes).

    Args:
        tags: One tag a word.
        title: What an error calls a word, by its position. Defaults to its number.

    Returns:
        As many tags, each `O`, `B-TYPE` or `I-TYPE`; an `I-` always follows a tag of its type.

    Raises:
        ValueError: For a tag without a prefix, by its position.

    Example:

    >>> to_bio(["I-PER", "I-PER", "B-PER", "O", "S-LOC"])
    ['B-PER', 'I-PER', 'B-PER', 'O', 'B-LOC']
    """
    written, within = [], ""
    for position, tag in enumerate(tags):
        if not is_tag(tag):
            raise ValueError(
                "A tag is O, or says with B- or I- before its type whether a word begins an "
                f"entity or continues it, such as B-person. Received: {tag!r} for "
                f"{title(position)}"
            )
        if tag == OUTSIDE:
            written.append(OUTSIDE)
            within = ""
            continue
        prefix, kind = tag[0], tag[2:]
        continues = prefix not in _BEGINS and kind == within
        written.append(f"{'I' if continues else 'B'}-{kind}")
        within = "" if prefix in _ENDS else kind
    return written


def tag_names(types: Sequence[str]) -> tuple[str, ...]:
    """Name the tags of some entity types: `O`, then `B-` and `I-` of each.

    Example:

    >>> tag_names(["place"])
    ('O', 'B-place', 'I-place')
    """
    return (OUTSIDE, *(f"{prefix}-{kind}" for kind in types for prefix in "BI"))


def entity_types(tags: Sequence[str]) -> tuple[str, ...]:
    """Return the types of BIO tags, in the order of their `B-`."""
    return tuple(tag[2:] for tag in tags if tag.startswith("B-"))


def entities(tags: Sequence[str]) -> list[tuple[str, int, int]]:
    """Return the entities of valid BIO tags.

    Returns:
        `(type, first word, word after the last)` of each, in order.

    Example:

    >>> entities(["B-person", "I-person", "O", "B-place"])
    [('person', 0, 2), ('place', 3, 4)]
    """
    found: list[tuple[str, int, int]] = []
    for position, tag in enumerate(tags):
        if tag.startswith("B-"):
            found.append((tag[2:], position, position + 1))
        elif tag.startswith("I-"):
            kind, first, _ = found[-1]
            found[-1] = (kind, first, position + 1)
    return found
