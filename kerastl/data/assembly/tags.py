"""Check tagged texts, split them and make their `Dataset`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from kerastl.basics.utf8 import check_utf8
from kerastl.data.assembly.corrections import Corrections, corrected
from kerastl.data.assembly.duplicates import duplicate_notes
from kerastl.data.assembly.labels import order_classes
from kerastl.data.splits.dataset import Dataset
from kerastl.data.splits.split import Split
from kerastl.data.splits.splitting import PARTS, check_fractions, named_parts, split
from kerastl.data.splits.tagged_split import TaggedSplit
from kerastl.data.texts.bio import entity_types, tag_names


@dataclass
class TaggedTexts:
    """Tagged texts of a source before they are checked and split.

    Attributes:
        texts: The texts.
        words: The character offsets of each text's words: `(first, one after the last)`.
        tags: The BIO tags of each text's words.
        parts: One of `PARTS` for each text, or None if the source names no splits.
        title: The name of a text in errors, by its position.
        skipped: `(name, reason)` of each text that was left out.
        corrections: What to change in the tags after the split, or None.
    """

    texts: list[str] = field(default_factory=list)
    words: list[Sequence[tuple[int, int]] | np.ndarray] = field(default_factory=list)
    tags: list[Sequence[str]] = field(default_factory=list)
    parts: list[str] | None = None
    title: Callable[[int], str] = "text {}".format
    skipped: list[tuple[str, str]] = field(default_factory=list)
    corrections: Corrections | None = None

    def append_words(self, words: Sequence[str], tags: Sequence[str]) -> None:
        """Append a text made of words with single spaces between them."""
        ends = np.cumsum([len(word) + 1 for word in words]) - 1
        places = [(int(end) - len(word), int(end)) for word, end in zip(words, ends, strict=True)]
        self.texts.append(" ".join(words))
        self.words.append(places)
        self.tags.append(tags)


def assemble_tagged(
    read: TaggedTexts, validation_split: float, test_split: float, seed: int
) -> Dataset:
    """Check tagged texts and split them.

    Args:
        read: The texts of a source.
        validation_split: Fraction to hold out for validation: of all texts, or of the training
            split if the source names a test split.
        test_split: Fraction of all texts to hold out for testing.
        seed: Seed of the split.

    Returns:
        The data set. Its splits are `TaggedSplit`s.

    Raises:
        ValueError: If there is no text or no entity to train on, a held-out split has an entity
            type without a training example, or the user asks to hold out a split that the source
            already has.
    """
    check_fractions(validation_split, test_split)
    if not read.texts:
        raise ValueError("There are no texts with words. Received: an empty source")
    check_utf8(read.texts, read.title)
    parts = named_parts(read.parts, len(read.texts), validation_split, test_split)
    names = _tag_names(read, parts)
    position = {name: index for index, name in enumerate(names)}
    labels = [[position[tag] for tag in tags] for tags in read.tags]
    whole: Split = TaggedSplit(read.texts, read.words, labels, names)
    training = np.flatnonzero(parts == 0)
    if validation_split or test_split:
        strata = whole.subset(training).strata
        parts[training] = split(strata, names, validation_split, test_split, seed)
    texts, notes = read.texts, []
    if read.corrections is not None:
        done = corrected(whole, read.corrections)
        whole, parts, notes = done.split, parts[done.kept], done.notes
        texts = [texts[int(i)] for i in done.kept]
    made = [whole.subset(np.flatnonzero(parts == part)) for part in range(len(PARTS))]
    return Dataset(
        made[0],
        made[1] if len(made[1]) else None,
        made[2] if len(made[2]) else None,
        skipped=read.skipped,
        notes=[*notes, *duplicate_notes(texts, parts)],
    )


def _tag_names(read: TaggedTexts, parts: np.ndarray) -> tuple[str, ...]:
    types = [entity_types(tags) for tags in read.tags]
    order_classes([kind for each in types for kind in each])
    known = order_classes(
        [t for each, part in zip(types, parts, strict=True) if not part for t in each]
    )
    if not known:
        raise ValueError(
            "There are no entities to train on: every tag of the training texts is O. "
            f"Received: {len(read.texts)} texts, the first is {read.title(0)}"
        )
    for index, each in enumerate(types):
        unknown = sorted(set(each) - set(known))
        if unknown:
            raise ValueError(
                f"The {PARTS[parts[index]]} split has an entity type that the training split does "
                "not have: spell types alike in all files, add training texts with the type, or "
                f"remove it. Training has {', '.join(map(repr, known))}. "
                f"Received: {unknown[0]!r} in {read.title(index)}"
            )
    return tag_names(known)
