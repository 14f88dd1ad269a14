"""Read texts with the character spans of their entities."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from kerastl.basics.utf8 import check_utf8
from kerastl.data.assembly.labels import read_labels
from kerastl.data.assembly.tags import TaggedTexts, assemble_tagged
from kerastl.data.splits.dataset import Dataset
from kerastl.data.texts.bio import OUTSIDE
from kerastl.data.texts.words import word_places


def spans(
    texts: Sequence[str],
    entities: Sequence[Sequence[Any]],
    *,
    validation_split: float = 0.0,
    test_split: float = 0.0,
    seed: int = 0,
) -> Dataset:
    """Make a data set for token classification from texts and the spans of their entities.

    An entity consists of whole words. Words are separated by spaces, and each punctuation mark,
    symbol and ideograph is a word of its own.

    Args:
        texts: Strings.
        entities: A list of entities for each text, in any order, which may be empty. An entity is
            `(start, end, label)` or a mapping with these keys, and its text is
            `text[start:end]`.
        validation_split: Fraction to hold out for validation. Defaults to 0.
        test_split: Fraction to hold out for testing. Defaults to 0.
        seed: Seed of the split. Defaults to 0.

    Returns:
        The data set. Its splits are `kerastl.data.TaggedSplit`s.

    Raises:
        ValueError: If a text is empty or not a string, or an entity overlaps another, is outside
            its text, or begins or ends inside a word. The error names the text and the span.

    Example:

    >>> data = spans(["Ada came to London."], [[(0, 3, "person"), (12, 18, "place")]])
    >>> data.train.class_counts()
    {'person': 1, 'place': 1}
    """
    if isinstance(texts, str) or len(texts) != len(entities):
        raise ValueError(
            "`texts` must be a list of texts, and `entities` must have one list for each of them. "
            f"Received: {len(texts)} texts and {len(entities)} lists of entities"
        )
    for index, text in enumerate(texts):
        if not isinstance(text, str) or not text.strip():
            raise ValueError(
                f"Every text must be a string and not empty. Received: {text!r} for text {index}"
            )
    check_utf8(texts, "text {}".format)
    read = TaggedTexts()
    for index, (text, places) in enumerate(zip(texts, word_places(texts), strict=True)):
        read.texts.append(text)
        read.words.append(places)
        read.tags.append(_tags(text, places, entities[index], f"text {index}"))
    return assemble_tagged(read, validation_split, test_split, seed)


def _tags(text: str, places: np.ndarray, entities: Sequence[Any], name: str) -> list[str]:
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
