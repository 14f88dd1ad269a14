"""A split of texts with a tag for every word."""

import hashlib
from collections.abc import Sequence

import numpy as np

from kerastl.data.splits.split import Split
from kerastl.data.texts.bio import entities, entity_types

PADDING = -1
"""The value after the last tag of a text in `TaggedSplit.labels`."""


class TaggedSplit(Split):
    """Texts with a BIO tag for every word, for token classification.

    Args:
        inputs: The texts.
        words: One array of shape `(words, 2)` for each text: the offset of each word's first
            character and the offset after its last one.
        tags: One list for each text: the tag of every word, as integers that index `class_names`.
        class_names: The tags: `O`, then `B-` and `I-` of each entity type.

    Attributes:
        words: The offsets of the words of each text, int32.
        labels: All tags, int32 of shape `(texts, words of the longest text)`, padded with -1.

    Example:

    >>> split = TaggedSplit(["Ada came"], [[[0, 3], [4, 8]]], [[1, 0]], ["O", "B-person"])
    >>> split.class_counts()
    {'person': 1}
    """

    labels: np.ndarray

    def __init__(
        self,
        inputs: Sequence[str],
        words: Sequence[Sequence[Sequence[int]] | np.ndarray],
        tags: Sequence[Sequence[int] | np.ndarray],
        class_names: Sequence[str],
    ) -> None:
        self.words = [np.asarray(each, np.int32).reshape(-1, 2) for each in words]
        longest = max((len(each) for each in self.words), default=0)
        labels = np.full((len(inputs), longest), PADDING, np.int32)
        for row, each, given in zip(labels, self.words, tags, strict=True):
            row[: len(each)] = given
        super().__init__("text", inputs, labels, class_names)

    def __repr__(self) -> str:
        return f"<TaggedSplit of {len(self)} texts, {len(self.types)} entity types>"

    @property
    def types(self) -> tuple[str, ...]:
        """The entity types, in the order of their tags."""
        return entity_types(self.class_names)

    def tags(self, index: int) -> list[str]:
        """Return the tag of every word of one text."""
        return [self.class_names[tag] for tag in self.labels[index, : len(self.words[index])]]

    def label_of(self, index: int) -> list[tuple[str, int, int]]:
        """Return the entities of a text: type, first character and the character after the last."""
        places = self.words[index]
        return [
            (kind, int(places[first, 0]), int(places[stop - 1, 1]))
            for kind, first, stop in entities(self.tags(index))
        ]

    @property
    def strata(self) -> np.ndarray:
        """The strata of a stratified split: the `B-` tag of each text's rarest entity type.

        Integers of shape `(texts,)` that index `class_names`. The stratum is 0 (`O`) if a text has
        no entity, or none of a type that another text has. A single text raises a `ValueError`.
        """
        if len(self) < 2:
            raise ValueError(
                "One text cannot be divided into training and held-out data: add texts, or read "
                f"the held-out texts from a source of their own. Received: {self!r}"
            )
        begins = [self.class_names.index(f"B-{kind}") for kind in self.types]
        has = np.stack([(self.labels == tag).any(axis=1) for tag in begins], axis=1)
        # From the most frequent type to the rarest: later assignments overwrite earlier ones.
        strata = np.zeros(len(self), np.int32)
        for place in np.argsort(-has.sum(axis=0), kind="stable"):
            if has[:, place].sum() > 1:
                strata[has[:, place]] = begins[place]
        alone = np.bincount(strata, minlength=len(self.class_names))[strata] == 1
        strata[alone] = 0
        if (strata == 0).sum() == 1:
            strata[strata == 0] = np.bincount(strata).argmax()
        return strata

    def class_counts(self) -> dict[str, int]:
        """Count the entities of each type.

        Returns:
            Counts by entity type, in the order of the tags.
        """
        return {
            kind: int((self.labels == self.class_names.index(f"B-{kind}")).sum())
            for kind in self.types
        }

    def summary_column(self) -> dict[str, str]:
        """Return this split's column of `Dataset.summary`, by row name."""
        counts = {kind: str(count) for kind, count in self.class_counts().items()}
        return {**counts, "words": str(sum(map(len, self.words)))}

    def summary_title(self) -> tuple[str, str]:
        """Return the title of `Dataset.summary` and the heading of its first column."""
        return f"tagged text, {len(self.types)} entity types; total counts texts", "entities"

    def subset(self, indices: Sequence[int] | np.ndarray) -> "TaggedSplit":
        """Return some of the texts as a new split; see `Split.subset`."""
        chosen = [int(i) for i in indices]
        return TaggedSplit(
            [self.inputs[i] for i in chosen],
            [self.words[i] for i in chosen],
            [self.labels[i, : len(self.words[i])] for i in chosen],
            self.class_names,
        )

    def fingerprint(self) -> str:
        """Hash the inputs and the offsets of the words; see `Split.fingerprint`."""
        total = hashlib.blake2b(super().fingerprint().encode(), digest_size=16)
        for each in self.words:
            total.update(each.tobytes() + b"\n")
        return total.hexdigest()
