"""Texts to token ids, with the place of every word: the same in training, prediction and export."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kerastl.backbones.hub.length_graphs import LengthGraphs
from kerastl.backbones.hub.packing import TokenPacker

# A word is what stands between spaces, and each punctuation mark, symbol or Chinese, Japanese or
# Korean ideograph on its own, as BERT's own tokenizer divides texts (Devlin et al. 2019).
_SPACES = r"[\s\p{Z}\p{Cc}]+"
_ALONE = r"[\p{P}\p{S}\x{3400}-\x{4DBF}\x{4E00}-\x{9FFF}\x{F900}-\x{FAFF}\x{20000}-\x{2FA1F}]"
# Byte pairs take time that grows faster than a word, and no word that names anything is longer.
_LONGEST_WORD = 256  # characters
# No token of these tokenizers is longer; a server cuts a text that nobody would have written.
_BYTES_PER_TOKEN = 128


@dataclass(frozen=True)
class TokenizedWords:
    """The words of one text.

    Attributes:
        places: First character of each word and the one after its last, shape `(words, 2)`.
        tokens: The ids of each word; none where the tokenizer knows nothing in it.
    """

    places: np.ndarray
    tokens: list[list[int]]


def divide(texts: Any) -> tuple[Any, Any, Any, Any]:
    """Divide texts into words, in the graph.

    Args:
        texts: A string tensor of shape `(N,)`.

    Returns:
        Ragged tensors `(N, words)`: the words, their first characters, and the characters after
        their last; and for each word of all texts the bytes between it and the one before.
    """
    import tensorflow as tf
    import tensorflow_text as tf_text

    # A NUL would end a text for the operation that divides it.
    texts = tf.strings.regex_replace(texts, r"\x00", " ")
    words, begin, end = tf_text.regex_split_with_offsets(texts, f"{_SPACES}|{_ALONE}", _ALONE)
    source = tf.gather(texts, words.value_rowids())

    def characters(places: Any) -> Any:
        count = tf.cast(places.flat_values, tf.int32)
        before = tf.strings.substr(source, tf.zeros_like(count), count)
        return places.with_flat_values(tf.strings.length(before, unit="UTF8_CHAR"))

    gap = begin.flat_values - tf.concat([[0], end.flat_values[:-1]], axis=0)
    return words, characters(begin), characters(end), gap


def word_places(texts: Sequence[str]) -> list[np.ndarray]:
    """Return where the words of texts are.

    Args:
        texts: Strings.

    Returns:
        For each text the first character of every word and the one after its last, `int32` of
        shape `(words, 2)`.

    Example:

    >>> word_places(["It's here."])[0].tolist()
    [[0, 2], [2, 3], [3, 4], [5, 9], [9, 10]]
    """
    import tensorflow as tf

    _, starts, ends, _ = divide(tf.constant(list(texts), tf.string))
    return [
        np.array([first, last], np.int32).T.reshape(-1, 2)
        for first, last in zip(starts.to_list(), ends.to_list(), strict=True)
    ]


class WordPacker:
    """Divide texts into words, tokenize each, and keep where in the text it was.

    keras-hub's tokenizers do not say where a token came from, so each word is tokenized on its
    own; one that follows a space has it in front, which byte pairs tell apart. Characters are
    counted as Python does, by code points.

    Args:
        packer: The backbone's token packer.

    Example:

    ```python
    words = WordPacker(kerastl.backbone("bert", weights="directory/of/a/preset").packer)
    words.words(["Marie Curie."])[0].places.tolist()  # [[0, 5], [6, 11], [11, 12]]
    ```
    """

    def __init__(self, packer: TokenPacker) -> None:
        import tensorflow as tf

        self.packer = packer
        self._packed = LengthGraphs(self._pack)
        texts = tf.TensorSpec((None,), tf.string)
        self._divided = tf.function(self._divide, [texts], autograph=False)

    @property
    def special_count(self) -> int:
        """Number of tokens that every sequence has besides those of its text."""
        return sum(token is not None for token in (self.packer.start, self.packer.end))

    def __call__(self, texts: Sequence[str] | Any, sequence_length: int) -> dict[str, Any]:
        """Pack texts into sequences of one length.

        Args:
            texts: Strings, or a string tensor of shape `(N,)`, symbolic inside a `tf.function`.
            sequence_length: Tokens a text, special tokens among them. Longer texts lose their
                end.

        Returns:
            `token_ids`, `padding_mask`, `starts` and `ends`, int32 tensors `(N, L)`. At the first
            token of each word the last two hold its first character and the one after its last,
            everywhere else -1.

        Raises:
            ValueError: No token fits beside the special ones.
        """
        if sequence_length <= self.special_count:
            raise ValueError(
                f"A sequence needs room for {self.special_count} special tokens and a text. "
                f"Received: sequence_length={sequence_length}"
            )
        return self._packed(texts, sequence_length)

    def words(self, texts: Sequence[str]) -> list[TokenizedWords]:
        """Return the words of whole texts, whatever their length."""
        import tensorflow as tf

        if not len(texts):
            return []
        tokens, starts, ends = self._divided(tf.constant(list(texts), tf.string))
        return [
            TokenizedWords(np.array([first, last], np.int32).T.reshape(-1, 2), ids)
            for ids, first, last in zip(
                tokens.to_list(), starts.to_list(), ends.to_list(), strict=True
            )
        ]

    def _divide(self, texts: Any) -> tuple[Any, Any, Any]:
        """Return the tokens of every word, `(N, words, tokens)`, and its place, `(N, words)`."""
        import tensorflow as tf

        words, starts, ends, gap = divide(texts)
        flat = tf.strings.substr(words.flat_values, 0, _LONGEST_WORD, unit="UTF8_CHAR")
        if not hasattr(self.packer.tokenizer, "suffix_indicator"):
            flat = tf.where(gap > 0, " " + flat, flat)
        tokens = tf.cast(self.packer.tokenizer(flat), tf.int32)
        return words.with_flat_values(tokens), starts, ends

    def _pack(self, texts: Any, sequence_length: int) -> dict[str, Any]:
        import tensorflow as tf

        texts = tf.strings.substr(texts, 0, _BYTES_PER_TOKEN * sequence_length)
        tokens, starts, ends = self._divide(texts)
        pieces = tokens.values.row_lengths()
        first = tf.ragged.range(pieces).flat_values == 0

        def at_first(places: Any) -> Any:
            return tf.where(first, tf.repeat(places.flat_values, pieces), -1)

        ids = tokens.merge_dims(1, 2)
        rows = [ids, *(ids.with_flat_values(at_first(places)) for places in (starts, ends))]
        rows = [each[:, : sequence_length - self.special_count] for each in rows]
        ids, starts, ends = (
            self._framed(each, *special)
            for each, special in zip(
                rows, [(self.packer.start, self.packer.end), (-1, -1), (-1, -1)], strict=True
            )
        )
        shape = [None, sequence_length]
        return {
            "token_ids": ids.to_tensor(self.packer.pad, shape=shape),
            "padding_mask": tf.sequence_mask(ids.row_lengths(), sequence_length, dtype=tf.int32),
            "starts": starts.to_tensor(-1, shape=shape),
            "ends": ends.to_tensor(-1, shape=shape),
        }

    def _framed(self, tokens: Any, before: int | None, after: int | None) -> Any:
        """Put what stands for the special tokens around every row."""
        import tensorflow as tf

        one_each = tf.ones([tokens.nrows(), 1], tf.int32)
        pieces = [tokens]
        if self.packer.start is not None:
            pieces.insert(0, one_each * before)
        if self.packer.end is not None:
            pieces.append(one_each * after)
        return tf.concat(pieces, axis=1)
