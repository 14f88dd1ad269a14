"""Convert the tagging schemes of entity data to BIO, and read entities from BIO tags."""

import re
from collections.abc import Callable, Sequence

OUTSIDE = "O"
_TAG = re.compile(r"[BIESLUM]-\S.*")
_BEGINS = "BSU"
_ENDS = "ESLU"


def is_tag(tag: str) -> bool:
    """Return whether a tag is `O` or a known prefix, a hyphen and an entity type."""
    return tag == OUTSIDE or _TAG.fullmatch(tag) is not None


def to_bio(tags: Sequence[str], title: Callable[[int], str] = "word {}".format) -> list[str]:
    """Convert the tags of one sentence to BIO: `B-` begins an entity, `I-` continues it.

    The tags may be in BIO (also called IOB2), IOB1, BIOES, BILOU or BMES. In IOB1 an entity begins
    with `I-`, or with `B-` directly after another entity of its type (Ramshaw and Marcus 1995;
    Tjong Kim Sang and Veenstra 1999 compare the schemes).

    Args:
        tags: One tag for each word.
        title: The name of a word in errors, by its position. Defaults to `"word N"`, counted
            from 0.

    Returns:
        One tag for each word: `O`, `B-TYPE` or `I-TYPE`. An `I-` tag always follows a tag of its
        type.

    Raises:
        ValueError: If a tag has no known prefix. The error names the word.

    Example:

    >>> to_bio(["I-PER", "I-PER", "B-PER", "O", "S-LOC"])
    ['B-PER', 'I-PER', 'B-PER', 'O', 'B-LOC']
    """
    written, within = [], ""
    for position, tag in enumerate(tags):
        if not is_tag(tag):
            raise ValueError(
                "A tag must be O, or an entity type after B- (first word) or I- (further words), "
                f"such as B-person. Received: {tag!r} for {title(position)}"
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
    """Return the BIO tags of entity types: `O`, then `B-` and `I-` of each type.

    Example:

    >>> tag_names(["place"])
    ('O', 'B-place', 'I-place')
    """
    return (OUTSIDE, *(f"{prefix}-{kind}" for kind in types for prefix in "BI"))


def entity_types(tags: Sequence[str]) -> tuple[str, ...]:
    """Return the entity types of BIO tags, in the order of the `B-` tags."""
    return tuple(tag[2:] for tag in tags if tag.startswith("B-"))


def entities(tags: Sequence[str]) -> list[tuple[str, int, int]]:
    """Return the entities of a sentence with valid BIO tags.

    Args:
        tags: One BIO tag for each word.

    Returns:
        `(type, first word, word after the last)` of each entity, in order.

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
