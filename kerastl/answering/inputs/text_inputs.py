"""Prepare texts for an exported file."""

from typing import Any

import numpy as np

from kerastl.answering.inputs.prepared import Prepared
from kerastl.answering.inputs.word_offsets import word_offsets
from kerastl.answering.inputs.word_pieces import WordPieces
from kerastl.backbones.hub.window_rows import window_rows
from kerastl.basics.utf8 import is_utf8
from kerastl.data.splits.split import Split

# As in `kerastl.backbones.hub.word_packing`.
_LONGEST_WORD = 256  # characters


class TextInputs:
    """Tokenizes, truncates and pads texts.

    Args:
        pieces: The tokenizer.
    """

    modality = "text"
    pixel_range: tuple[float, float] | None = None

    def __init__(self, pieces: WordPieces) -> None:
        self.pieces = pieces

    def prepare(self, split: Split, index: int) -> Prepared:
        """Prepare one text of a split as `token_ids` and `padding_mask`, int32 `(1, L)`."""
        return self._prepared(str(split.inputs[index]))

    def read(self, raw: Any) -> Prepared:
        """Prepare a string that somebody else sent; see `prepare`.

        Raises:
            ValueError: If it cannot be encoded in UTF-8.
        """
        if not is_utf8(raw):
            raise ValueError("The text must be UTF-8, without half of a surrogate pair")
        return self._prepared(raw)

    def _prepared(self, text: str) -> Prepared:
        return Prepared([self._feed(self.pieces.packed(text))])

    def _feed(self, ids: list[int]) -> dict[str, np.ndarray]:
        padding = self.pieces.length - len(ids)
        return {
            "token_ids": np.array([ids + [self.pieces.pad] * padding], np.int32),
            "padding_mask": np.array([[1] * len(ids) + [0] * padding], np.int32),
        }


class WordInputs(TextInputs):
    """Splits texts into words and tokenizes each, long texts in overlapping windows.

    There is one set of inputs for each window. The context is the text, the offsets of its words,
    and for each window the index of each word with the positions of its tokens.
    """

    def _prepared(self, text: str) -> Prepared:
        places = word_offsets(text)
        words = [
            self.pieces.tokens(text[start : min(end, start + _LONGEST_WORD)])
            for start, end in places
        ]
        pieces = self.pieces
        rows = window_rows([words], pieces.start, pieces.end, pieces.length)
        read: list[Any] = [row.words for row in rows]
        offsets = np.array(places, np.int32).reshape(-1, 2)
        return Prepared([self._feed(row.ids) for row in rows], (text, offsets, read))
