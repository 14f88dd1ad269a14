"""Read texts with the character spans of their entities."""

import os
from collections.abc import Sequence
from typing import Any

from kerastl.basics.utf8 import check_utf8
from kerastl.data.assembly.corrections import read_corrections
from kerastl.data.assembly.span_tags import tags_of_spans
from kerastl.data.assembly.tags import TaggedTexts, assemble_tagged
from kerastl.data.splits.dataset import Dataset
from kerastl.data.texts.words import word_places


def spans(
    texts: Sequence[str],
    entities: Sequence[Sequence[Any]],
    *,
    validation_split: float = 0.0,
    test_split: float = 0.0,
    seed: int = 0,
    corrections: str | os.PathLike[str] | None = None,
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
        corrections: As for `kerastl.data.image_folder`. Defaults to None.

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
    read = TaggedTexts(corrections=read_corrections(corrections))
    for index, (text, places) in enumerate(zip(texts, word_places(texts), strict=True)):
        read.texts.append(text)
        read.words.append(places)
        read.tags.append(tags_of_spans(text, places, entities[index], f"text {index}"))
    return assemble_tagged(read, validation_split, test_split, seed)
