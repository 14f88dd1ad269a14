"""Convert the character spans of entities to tags of words."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from kerastl.data.assembly.labels import read_labels
from kerastl.data.texts.bio import OUTSIDE


def tags_of_spans(text: str, places: np.ndarray, entities: Sequence[Any], name: str) -> list[str]:
    """Return the BIO tag of each word of a text.

    Args:
        text: The text.
        places: The offsets of its words, shape `(words, 2)`.
        entities: `(start, end, label)` of each entity, or mappings with these keys.
        name: The name of the text in errors.

    Raises:
        ValueError: If an entity overlaps another, is outside the text, or begins or ends inside a
            word.
    """
    tags = [OUTSIDE] * len(places)
    begins = {int(start): word for word, start in enumerate(places[:, 0])}
    ends = {int(end): word for word, end in enumerate(places[:, 1])}
    last, last_end = None, 0
    for start, end, label in sorted(
        (_entity(each, name) for each in entities), key=lambda e: e[:2]
    ):
        entity = f"({start}, {end}, {label!r}) in {name}"
        if not 0 <= start < end <= len(text):
            raise ValueError(
                f"An entity must be inside its text, which is {len(text)} characters long. "
                f"Received: {entity}"
            )
        if start < last_end:
            raise ValueError(
                f"Entities must not overlap: keep one of the two. Received: {last} and {entity}"
            )
        if start not in begins or end not in ends:
            raise ValueError(
                "An entity must consist of whole words, without spaces around it. "
                f"Received: {entity}, which is {text[start:end]!r} of "
                f"{text[max(0, start - 15) : end + 15]!r}"
            )
        for word in range(begins[start], ends[end] + 1):
            tags[word] = f"{'B' if word == begins[start] else 'I'}-{label}"
        last, last_end = entity, end
    return tags


def _entity(given: Any, name: str) -> tuple[int, int, str]:
    try:
        if isinstance(given, Mapping):
            given = (given["start"], given["end"], given["label"])
        start, end, label = given
        (kind,) = read_labels([label], lambda _: name)
        return int(start), int(end), kind
    except (KeyError, TypeError, ValueError):
        raise ValueError(
            "An entity must be (start, end, label), or a mapping with these keys. "
            f"Received: {given!r} in {name}"
        ) from None
