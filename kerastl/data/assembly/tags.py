"""The last step of every source of tagged texts: check the tags, split, and make the `Dataset`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from kerastl.data.assembly.labels import order_classes
from kerastl.data.splits.dataset import Dataset
from kerastl.data.splits.splitting import PARTS, check_fractions, named_parts, split
from kerastl.data.splits.tagged_split import TaggedSplit
from kerastl.data.texts.bio import entity_types, tag_names


@dataclass
class TaggedTexts:
    """What a source has read, before it is checked and split.

    Attributes:
        texts: One string each.
        words: For each text `(first character, character after the last)` of its words.
        tags: For each text one BIO tag a word.
        parts: One of `PARTS` each, where the source says so; else None.
        title: What an error calls a text, by its position.
        skipped: `(name, reason)` of what was left out.
    """

    texts: list[str] = field(default_factory=list)
    words: list[Sequence[tuple[int, int]] | np.ndarray] = field(default_factory=list)
    tags: list[Sequence[str]] = field(default_factory=list)
    parts: list[str] | None = None
    title: Callable[[int], str] = "text {}".format
    skipped: list[tuple[str, str]] = field(default_factory=list)

    def append_words(self, words: Sequence[str], tags: Sequence[str]) -> None:
        """Add a text that is known by its words: they are joined by single spaces."""
        ends = np.cumsum([len(word) + 1 for word in words]) - 1
        places = [(int(end) - len(word), int(end)) for word, end in zip(words, ends, strict=True)]
        self.texts.append(" ".join(words))
        self.words.append(places)
        self.tags.append(tags)


def assemble_tagged(
    read: TaggedTexts, validation_split: float, test_split: float, seed: int
) -> Dataset:
    """Check tagged texts and divide them.

    Args:
        read: What a source has read.
        validation_split: The share to hold out for validation: of all texts, or of the training
            part where the source names a test part.
        test_split: The share of all texts to hold out for testing.
        seed: Chooses the split.

    Returns:
        The data set; its splits are `TaggedSplit`s.

    Raises:
        ValueError: If there is no text or no entity to learn from, a held-out part has a type
            that training never saw, or the fractions contradict the parts that are named.
    """
    check_fractions(validation_split, test_split)
    if not read.texts:
        raise ValueError("There are no texts with words. Received: an empty source")
    parts = named_parts(read.parts, len(read.texts), validation_split, test_split)
    names = _tag_names(read, parts)
    position = {name: index for index, name in enumerate(names)}
    labels = [[position[tag] for tag in tags] for tags in read.tags]
    whole = TaggedSplit(read.texts, read.words, labels, names)
    training = np.flatnonzero(parts == 0)
    if validation_split or test_split:
        strata = whole.subset(training).strata
        parts[training] = split(strata, names, validation_split, test_split, seed)
    made = [whole.subset(np.flatnonzero(parts == part)) for part in range(len(PARTS))]
    return Dataset(
        made[0],
        made[1] if len(made[1]) else None,
        made[2] if len(made[2]) else None,
        skipped=read.skipped,
        notes=_repeated(read.texts, parts),
    )


def _tag_names(read: TaggedTexts, parts: np.ndarray) -> tuple[str, ...]:
    types = [entity_types(tags) for tags in read.tags]
    order_classes([kind for each in types for kind in each])
    known = order_classes(
        [t for each, part in zip(types, parts, strict=True) if not part for t in each]
    )
    if not known:
        raise ValueError(
            "There is no entity to learn from: every tag of the training texts is O. "
            f"Received: {len(read.texts)} texts, the first of them {read.title(0)}"
        )
    for index, each in enumerate(types):
        unknown = sorted(set(each) - set(known))
        if unknown:
            raise ValueError(
                f"The {PARTS[parts[index]]} part has a type of entity that training never saw: "
                "write types alike in all files, add training texts with it or remove it. "
                f"Received: {unknown[0]!r} in {read.title(index)}; training has "
                f"{', '.join(map(repr, known))}"
            )
    return tag_names(known)


def _repeated(texts: Sequence[str], parts: np.ndarray) -> list[str]:
    """Note texts that training shares with a held-out part."""
    trained = {text for text, part in zip(texts, parts, strict=True) if part == 0}
    notes = []
    for part in (1, 2):
        shared = sum(text in trained for text, own in zip(texts, parts, strict=True) if own == part)
        if shared:
            notes.append(
                f"texts of the {PARTS[part]} part that the training part has too: {shared} "
                "(its figure is somewhat too good)"
            )
    return notes
