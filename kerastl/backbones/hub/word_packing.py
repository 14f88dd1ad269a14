"""Tokenize texts word by word and keep the character offsets of every word.

Training, prediction and export use the same code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kerastl.backbones.hub.length_graphs import LengthGraphs
from kerastl.backbones.hub.packing import TokenPacker
from kerastl.basics.utf8 import check_utf8
from kerastl.data.texts.words import split_words

# The time of byte-pair encoding grows faster than the length of a word, and no real word is longer.
_LONGEST_WORD = 256  # characters
# No token of these tokenizers is longer. A server must cut an absurdly long text.
_BYTES_PER_TOKEN = 128


@dataclass(frozen=True)
class TokenizedWords:
    """The words of one text.

    Attributes:
        places: Offsets of each word's first character and of the one after its last, shape
            `(words, 2)`.
        tokens: The token ids of each word. Empty if the tokenizer has no token for it.
    """

    places: np.ndarray
    tokens: list[list[int]]


class WordPacker:
    """Split texts into words, tokenize each word, and keep its character offsets.

    keras-hub's tokenizers return no offsets, so each word is tokenized on its own. A word after a
    space is tokenized with that space in front, because byte-pair encoding depends on it. Offsets
    count code points, as Python does.

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
        return self.packer.special_count

    def __call__(self, texts: Sequence[str] | Any, sequence_length: int) -> dict[str, Any]:
        """Pack texts into sequences of one length.

        Args:
            texts: Strings, or a string tensor of shape `(N,)`, symbolic inside a `tf.function`.
            sequence_length: Tokens in a sequence, special tokens included. Longer texts are cut
                at the end.

        Returns:
            `token_ids`, `padding_mask`, `starts` and `ends`, int32 tensors `(N, L)`. At the first
            token of each word, `starts` has the offset of the word's first character and `ends`
            the offset after its last one. Both are -1 at all other tokens.

        Raises:
            ValueError: If `sequence_length` leaves no room for a token of the text.
        """
        if sequence_length <= self.special_count:
            raise ValueError(
                f"`sequence_length` must be larger than the {self.special_count} special tokens. "
                f"Received: sequence_length={sequence_length}"
            )
        return self._packed(texts, sequence_length)

    def words(self, texts: Sequence[str]) -> list[TokenizedWords]:
        """Return the words of texts of any length, with offsets and token ids."""
        import tensorflow as tf

        if not len(texts):
            return []
        check_utf8(texts, "text {}".format)
        tokens, starts, ends = self._divided(tf.constant(list(texts), tf.string))
        return [
            TokenizedWords(np.array([first, last], np.int32).T.reshape(-1, 2), ids)
            for ids, first, last in zip(
                tokens.to_list(), starts.to_list(), ends.to_list(), strict=True
            )
        ]

    def _divide(self, texts: Any) -> tuple[Any, Any, Any]:
        """Return the tokens of every word, `(N, words, tokens)`, and its offsets, `(N, words)`."""
        import tensorflow as tf

        words, starts, ends, gap = split_words(texts)
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
        """Add the values of the special tokens before and after every row."""
        import tensorflow as tf

        one_each = tf.ones([tokens.nrows(), 1], tf.int32)
        pieces = [tokens]
        if self.packer.start is not None:
            pieces.insert(0, one_each * before)
        if self.packer.end is not None:
            pieces.append(one_each * after)
        return tf.concat(pieces, axis=1)
