"""What a model says of every word of texts, whatever their length."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from kerastl.backbones.hub.windows import windows
from kerastl.data.trimming import LENGTH_STEP

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
    room = sequence_length - packer.special_count
    start = [] if packer.packer.start is None else [packer.packer.start]
    end = [] if packer.packer.end is None else [packer.packer.end]
    rows: list[list[int]] = []
    # For each row its text, and the words that it answers for with their tokens' positions.
    answers: list[tuple[int, list[tuple[int, int]]]] = []
    for number, text in enumerate(tokenized):
        if not len(text.tokens):
            continue
        for window in windows([len(ids) for ids in text.tokens], room):
            row, read = [*start], []
            for word in range(window.first, window.stop):
                if window.answers_from <= word < window.answers_until and text.tokens[word]:
                    read.append((word, len(row)))
                row += text.tokens[word][:room]
            rows.append([*row, *end])
            answers.append((number, read))
    tags = model.output_shape[-1]
    scores = [np.full((len(text.tokens), tags), -np.log(tags)) for text in tokenized]
    by_length = sorted(range(len(rows)), key=lambda row: len(rows[row]))
    for first in range(0, len(rows), batch_size):
        chosen = by_length[first : first + batch_size]
        ids = [rows[row] for row in chosen]
        probabilities = model.predict_on_batch(_padded(ids, packer.packer.pad, sequence_length))
        for place, given in zip(chosen, np.asarray(probabilities), strict=True):
            number, read = answers[place]
            for word, position in read:
                scores[number][word] = np.log(np.maximum(given[position], _SMALLEST))
    return [(text.places, each) for text, each in zip(tokenized, scores, strict=True)]


def _padded(rows: list[list[int]], pad: int, limit: int) -> dict[str, np.ndarray]:
    longest = max(map(len, rows))
    length = min(limit, -(-longest // LENGTH_STEP) * LENGTH_STEP)
    ids = np.full((len(rows), length), pad, np.int32)
    mask = np.zeros((len(rows), length), np.int32)
    for number, row in enumerate(rows):
        ids[number, : len(row)] = row
        mask[number, : len(row)] = 1
    return {"token_ids": ids, "padding_mask": mask}
