"""Split texts into words, with the character offsets of every word."""

from collections.abc import Sequence
from typing import Any

import numpy as np

# A word is a run of characters between spaces. Each punctuation mark, symbol and Chinese, Japanese
# or Korean ideograph is a word of its own, as in BERT's tokenizer (Devlin et al. 2019).
_SPACES = r"[\s\p{Z}\p{Cc}]+"
_SINGLE_CHARACTERS = (
    r"[\p{P}\p{S}\x{3400}-\x{4DBF}\x{4E00}-\x{9FFF}\x{F900}-\x{FAFF}\x{20000}-\x{2FA1F}]"
)


def split_words(texts: Any) -> tuple[Any, Any, Any, Any]:
    """Split texts into words, with TensorFlow operations that work inside a graph.

    Args:
        texts: A string tensor of shape `(N,)`.

    Returns:
        Four tensors. The first three are ragged, of shape `(N, words)`: the words, the offset of
        each word's first character, and the offset after its last character. The fourth has one
        value for each word of all texts: the bytes between it and the word before.
    """
    import tensorflow as tf
    import tensorflow_text as tf_text

    # The splitting operation ends a text at a NUL.
    texts = tf.strings.regex_replace(texts, r"\x00", " ")
    words, begin, end = tf_text.regex_split_with_offsets(
        texts, f"{_SPACES}|{_SINGLE_CHARACTERS}", _SINGLE_CHARACTERS
    )
    source = tf.gather(texts, words.value_rowids())

    def characters(places: Any) -> Any:
        count = tf.cast(places.flat_values, tf.int32)
        before = tf.strings.substr(source, tf.zeros_like(count), count)
        return places.with_flat_values(tf.strings.length(before, unit="UTF8_CHAR"))

    gap = begin.flat_values - tf.concat([[0], end.flat_values[:-1]], axis=0)
    return words, characters(begin), characters(end), gap


def word_places(texts: Sequence[str]) -> list[np.ndarray]:
    """Return the character offsets of the words of texts.

    Args:
        texts: Strings.

    Returns:
        One `int32` array of shape `(words, 2)` for each text: the offset of each word's first
        character and the offset after its last one. Offsets count code points, as Python does.

    Example:

    >>> word_places(["It's here."])[0].tolist()
    [[0, 2], [2, 3], [3, 4], [5, 9], [9, 10]]
    """
    import tensorflow as tf

    _, starts, ends, _ = split_words(tf.constant(list(texts), tf.string))
    return [
        np.array([first, last], np.int32).T.reshape(-1, 2)
        for first, last in zip(starts.to_list(), ends.to_list(), strict=True)
    ]
