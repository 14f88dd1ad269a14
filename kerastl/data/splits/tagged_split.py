"""A part of a data set whose texts have a tag on every word."""

import hashlib
from collections.abc import Sequence

import numpy as np

from kerastl.data.splits.split import Split
from kerastl.data.texts.bio import entity_types

PADDING = -1
"""Stands in a row of tags behind the last word of its text."""


class TaggedSplit(Split):
    """Texts whose words are tagged in BIO, such as sentences with named entities.

    Args:
        inputs: The texts.
        words: For each text where its words are: integers of shape `(words, 2)`, the first
            character of each and the one after its last.
        tags: For each text the tag of every word, as integers that index `class_names`.
        class_names: The tags: `O`, then `B-` and `I-` of each type.

    Attributes:
        words: As given, `int32`.
        labels: All tags, shape `(texts, longest text in words)`, filled up with -1.

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
        return f"<TaggedSplit of {len(self)} texts, {len(self.types)} types of entities>"

    @property
    def types(self) -> tuple[str, ...]:
        """The types of entities, in the order of their tags."""
        return entity_types(self.class_names)

    def tags(self, index: int) -> list[str]:
        """Return the tag of every word of one text."""
        return [self.class_names[tag] for tag in self.labels[index, : len(self.words[index])]]

    @property
    def strata(self) -> np.ndarray:
        """What a division keeps in proportion: the tag that begins each text's rarest entity.

        Integers of shape `(texts,)` that index `class_names`; 0, for `O`, where a text has no
        entity or one of a type that no second text has. Raises a `ValueError` for a single text.
        """
        if len(self) < 2:
            raise ValueError(
                "One text cannot be divided into training and held-out data: add texts, or give "
                f"the held-out ones yourself. Received: {self!r}"
            )
        begins = [self.class_names.index(f"B-{kind}") for kind in self.types]
        has = np.stack([(self.labels == tag).any(axis=1) for tag in begins], axis=1)
        # From the commonest type to the rarest, which has the last word.
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
            The count by type, in the order of the tags.
        """
        return {
            kind: int((self.labels == self.class_names.index(f"B-{kind}")).sum())
            for kind in self.types
        }

    def summary_column(self) -> dict[str, str]:
        """Describe the labels for the table of `Dataset.summary`."""
        counts = {kind: str(count) for kind, count in self.class_counts().items()}
        return {**counts, "words": str(sum(map(len, self.words)))}

    def summary_title(self) -> tuple[str, str]:
        """Say what the data is, and what the rows of its summary are called."""
        return f"tagged text, {len(self.types)} types of entities; total counts texts", "entities"

    def subset(self, indices: Sequence[int] | np.ndarray) -> "TaggedSplit":
        """Take some of the texts; see `Split.subset`."""
        chosen = [int(i) for i in indices]
        return TaggedSplit(
            [self.inputs[i] for i in chosen],
            [self.words[i] for i in chosen],
            [self.labels[i, : len(self.words[i])] for i in chosen],
            self.class_names,
        )

    def fingerprint(self) -> str:
        """Name what the inputs hold; see `Split.fingerprint`. Where words are counts, too."""
        total = hashlib.blake2b(super().fingerprint().encode(), digest_size=16)
        for each in self.words:
            total.update(each.tobytes() + b"\n")
        return total.hexdigest()
