"""Convert the tags of a data set's words to tags of a tokenizer's words."""

from collections.abc import Sequence

import numpy as np

from kerastl.basics.printable import printable
from kerastl.data.splits.tagged_split import TaggedSplit


def tags_at(
    begins: np.ndarray, split: TaggedSplit, index: int, class_names: Sequence[str]
) -> np.ndarray:
    """Convert the tags of a text to the tags of a finer division into words.

    If a word of the data is several finer words, the first one gets its tag. The others get `I-`
    of the same type.

    Args:
        begins: The offset of each finer word's first character, in order, shape `(words,)`.
        split: Tagged texts.
        index: The position of the text in the split.
        class_names: The tags of the model, in the order of its outputs.

    Returns:
        int32 positions in `class_names`, shape `(words,)`; -1 for a finer word outside the words
        of the data.

    Raises:
        ValueError: If the text has an entity type that the model does not have.

    Example:

    >>> split = TaggedSplit(["U.S."], [[[0, 4]]], [[1]], ["O", "B-place", "I-place"])
    >>> tags_at(np.array([0, 1, 2, 3]), split, 0, split.class_names).tolist()
    [1, 2, 2, 2]
    """
    tags, places = split.tags(index), split.words[index]
    position = {name: number for number, name in enumerate(class_names)}
    unknown = sorted({tag[2:] for tag in tags if tag not in position})
    if unknown:
        known = ", ".join(tag[2:] for tag in class_names if tag.startswith("B-"))
        raise ValueError(
            "There are entities of types that the model does not have: remove them, or train with "
            f"them. The model has {printable(known)}. Received: {printable(', '.join(unknown))}"
        )
    aligned = np.full(len(begins), -1, np.int32)
    if not len(places):
        return aligned
    words = np.searchsorted(places[:, 0], begins, side="right") - 1
    for number, (word, begin) in enumerate(zip(words, begins, strict=True)):
        if word < 0 or begin >= places[word, 1]:
            continue
        tag = tags[word]
        continues = number > 0 and words[number - 1] == word and tag.startswith("B-")
        aligned[number] = position[f"I-{tag[2:]}" if continues else tag]
    return aligned
