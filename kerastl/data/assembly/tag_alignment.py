"""Tags of a data set's words at the words that a tokenizer sees."""

from collections.abc import Sequence

import numpy as np

from kerastl.data.splits.tagged_split import TaggedSplit


def tags_at(
    begins: np.ndarray, split: TaggedSplit, index: int, class_names: Sequence[str]
) -> np.ndarray:
    """Return the tags of a text's words for finer words: one begins an entity, the others continue.

    Args:
        begins: The first character of each finer word, in order, shape `(words,)`.
        split: Tagged texts.
        index: Which of them.
        class_names: The tags that a model knows, in the order of its outputs.

    Returns:
        Positions in `class_names`, shape `(words,)`; -1 between the words of the data.

    Raises:
        ValueError: If the text has a type of entity that is not known.

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
            f"There are entities of types that the model never saw; it knows {known}. "
            f"Received: {', '.join(unknown)}"
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
