"""Scores of the tags of every word, for texts of any length."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from kerastl.backbones.hub.word_outputs import word_outputs

if TYPE_CHECKING:
    import keras

    from kerastl.backbones.hub.word_packing import WordPacker

_SMALLEST = 1e-12


def window_scores(
    model: keras.Model,
    packer: WordPacker,
    texts: Sequence[str],
    sequence_length: int,
    batch_size: int,
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Run a tagging model on texts, long ones in overlapping windows.

    Args:
        model: Takes `token_ids` and `padding_mask`, gives probabilities `(N, L, tags)`.
        packer: Divides texts into words.
        texts: The texts.
        sequence_length: Tokens that the model reads at once. A word with more tokens loses its
            end.
        batch_size: Windows in a batch.

    Returns:
        For each text the places of its words, shape `(words, 2)`, and the logarithms of their
        tags' probabilities, shape `(words, tags)`. Of a word without tokens all are equal.
    """
    tokenized = packer.words(texts)
    tags = model.output_shape[-1]
    scores = [np.full((len(text.tokens), tags), -np.log(tags)) for text in tokenized]
    outputs = word_outputs(model, packer, tokenized, sequence_length, batch_size)
    for number, word, given in outputs:
        scores[number][word] = np.log(np.maximum(given[0], _SMALLEST))
    return [(text.places, each) for text, each in zip(tokenized, scores, strict=True)]
