"""Contextual vectors of words, with the words' positions in the given string."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kerastl.backbones.hub.word_outputs import word_outputs

if TYPE_CHECKING:
    import keras

    from kerastl.backbones.hub.word_packing import WordPacker


@dataclass(frozen=True)
class WordVector:
    """One word of a text with its contextual vector.

    Attributes:
        word: The word as it is written.
        start: Its first character, counted by code points as Python does.
        end: The character after its last: `text[start:end]` is the word.
        vector: Mean of the vectors of its tokens, float32 of shape `(width,)`.
    """

    word: str
    start: int
    end: int
    vector: np.ndarray


def word_vectors(
    model: keras.Model,
    packer: WordPacker,
    texts: Sequence[str],
    sequence_length: int,
    batch_size: int,
) -> list[list[WordVector]]:
    """Run a model on texts, long ones in overlapping windows, and average over each word's tokens.

    Args:
        model: Takes `token_ids` and `padding_mask`, gives one vector a token, `(N, L, width)`.
        packer: Divides texts into words.
        texts: The texts.
        sequence_length: Tokens that the model reads at once. A word with more loses its end.
        batch_size: Windows in a batch.

    Returns:
        For each text its words in order. A word that has no token is not among them.
    """
    tokenized = packer.words(texts)
    found: list[dict[int, np.ndarray]] = [{} for _ in texts]
    outputs = word_outputs(model, packer, tokenized, sequence_length, batch_size)
    for number, word, given in outputs:
        found[number][word] = given.mean(axis=0, dtype="float32")
    return [
        [
            WordVector(text[start:end], int(start), int(end), vectors[word])
            for word, (start, end) in enumerate(each.places)
            if word in vectors
        ]
        for text, each, vectors in zip(texts, tokenized, found, strict=True)
    ]
