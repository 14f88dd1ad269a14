"""What a model gives for every word of texts, whatever their length."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from kerastl.backbones.hub.windows import windows
from kerastl.data.texts.trimming import stepped_length

if TYPE_CHECKING:
    import keras

    from kerastl.backbones.hub.word_packing import TokenizedWords, WordPacker


def word_outputs(
    model: keras.Model,
    packer: WordPacker,
    texts: Sequence[TokenizedWords],
    sequence_length: int,
    batch_size: int,
) -> Iterator[tuple[int, int, np.ndarray]]:
    """Run a model on divided texts, long ones in overlapping windows, like lengths together.

    Args:
        model: Takes `token_ids` and `padding_mask`, gives `(N, L, width)`.
        packer: What has divided the texts.
        texts: From `packer.words`.
        sequence_length: Tokens that the model reads at once. A word with more loses its end.
        batch_size: Windows in a batch.

    Yields:
        The number of a text, the number of a word in it, and the output at each of the word's
        tokens, shape `(tokens, width)`. Words without tokens are left out.
    """
    room = sequence_length - packer.special_count
    before = [] if packer.packer.start is None else [packer.packer.start]
    after = [] if packer.packer.end is None else [packer.packer.end]
    rows: list[list[int]] = []
    # For each row its text, and the words that it answers for with the places of their tokens.
    answers: list[tuple[int, list[tuple[int, slice]]]] = []
    for number, text in enumerate(texts):
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
    by_length = sorted(range(len(rows)), key=lambda row: len(rows[row]))
    for first in range(0, len(rows), batch_size):
        chosen = by_length[first : first + batch_size]
        batch = _padded([rows[row] for row in chosen], packer.packer.pad, sequence_length)
        given_rows = np.asarray(model.predict_on_batch(batch))
        for place, given in zip(chosen, given_rows, strict=True):
            number, read = answers[place]
            for word, tokens in read:
                yield number, word, given[tokens]


def _padded(rows: list[list[int]], pad: int, limit: int) -> dict[str, np.ndarray]:
    length = stepped_length(max(map(len, rows)), limit)
    ids = np.full((len(rows), length), pad, np.int32)
    mask = np.zeros((len(rows), length), np.int32)
    for number, row in enumerate(rows):
        ids[number, : len(row)] = row
        mask[number, : len(row)] = 1
    return {"token_ids": ids, "padding_mask": mask}
