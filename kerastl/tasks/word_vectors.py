"""Contextual vectors of words, with their places in the user's own string."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from kerastl.backbones.hub.windows import windows
from kerastl.data.trimming import LENGTH_STEP

if TYPE_CHECKING:
    import keras

    from kerastl.backbones.hub.word_packing import WordPacker


@dataclass(frozen=True)
class WordVector:
    """One word of a text and what it means there.

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
    # TensorFlow refuses what is no text, such as half of a surrogate pair.
    tokenized = packer.words(texts)
    room = sequence_length - packer.special_count
    before = [] if packer.packer.start is None else [packer.packer.start]
    after = [] if packer.packer.end is None else [packer.packer.end]
    rows: list[list[int]] = []
    # For each row its text, and the words that it answers for with the places of their tokens.
    answers: list[tuple[int, list[tuple[int, slice]]]] = []
    for number, text in enumerate(tokenized):
        if not text.tokens:
            continue
        for window in windows([len(ids) for ids in text.tokens], room):
            row, read = [*before], []
            for word in range(window.first, window.stop):
                ids = text.tokens[word][:room]
                if ids and window.answers_from <= word < window.answers_until:
                    read.append((word, slice(len(row), len(row) + len(ids))))
                row += ids
            rows.append([*row, *after])
            answers.append((number, read))
    found: list[dict[int, np.ndarray]] = [{} for _ in texts]
    by_length = sorted(range(len(rows)), key=lambda row: len(rows[row]))
    for first in range(0, len(rows), batch_size):
        chosen = by_length[first : first + batch_size]
        batch = _padded([rows[row] for row in chosen], packer.packer.pad, sequence_length)
        given_rows = np.asarray(model.predict_on_batch(batch))
        for place, given in zip(chosen, given_rows, strict=True):
            number, read = answers[place]
            for word, tokens in read:
                found[number][word] = given[tokens].mean(axis=0, dtype="float32")
    return [
        [
            WordVector(text[start:end], int(start), int(end), vectors[word])
            for word, (start, end) in enumerate(each.places)
            if word in vectors
        ]
        for text, each, vectors in zip(texts, tokenized, found, strict=True)
    ]


def _padded(rows: list[list[int]], pad: int, limit: int) -> dict[str, Any]:
    longest = max(map(len, rows))
    length = min(limit, -(-longest // LENGTH_STEP) * LENGTH_STEP)
    ids = np.full((len(rows), length), pad, np.int32)
    mask = np.zeros((len(rows), length), np.int32)
    for number, row in enumerate(rows):
        ids[number, : len(row)] = row
        mask[number, : len(row)] = 1
    return {"token_ids": ids, "padding_mask": mask}
