"""Say how many texts are longer than a model's input, and which of their tokens are read."""

import numpy as np


def kept_tokens(first: int, last: int) -> str:
    """Say which tokens of a long text are read.

    Args:
        first: Number of tokens at the beginning that are read.
        last: Number of tokens at the end that are read.

    Example:

    >>> kept_tokens(31, 95)
    'the first 31 and the last 95 tokens'
    """
    named = [f"the {end} {n}" for end, n in (("first", first), ("last", last)) if n]
    return " and ".join(named) + " tokens"


def cut_texts(lengths: np.ndarray, sequence_length: int, what: str) -> str:
    """Say how many texts do not fit into a model's input.

    Args:
        lengths: Number of tokens of each text, special tokens included.
        sequence_length: Number of tokens that the model reads.
        what: Plural name of the texts, such as `"training texts"`.

    Returns:
        The beginning of a sentence, or `""` if all texts fit.

    Example:

    >>> cut_texts(np.array([10, 200]), 128, "texts")
    '1 of 2 texts does not fit into 128 tokens'
    """
    count = int((lengths > sequence_length).sum())
    if not count:
        return ""
    verb = "does" if count == 1 else "do"
    return f"{count:,} of {len(lengths):,} {what} {verb} not fit into {sequence_length} tokens"
