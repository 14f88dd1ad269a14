"""A model's outputs for every word of texts of any length."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from kerastl.backbones.hub.window_rows import window_rows
from kerastl.backbones.running.finite_model import check_finite_outputs, check_finite_weights
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
    """Run a model on tokenized words, long texts in overlapping windows, sorted by length.

    Args:
        model: Maps `token_ids` and `padding_mask` to outputs of shape `(N, L, width)`.
        packer: The packer that tokenized the texts.
        texts: Results of `packer.words`.
        sequence_length: Tokens in a window. A longer word is truncated.
        batch_size: Number of windows in a batch.

    Yields:
        Index of the text, index of the word in it, and the outputs at the word's tokens, shape
        `(tokens, width)`. Words without tokens are left out.
    """
    check_finite_weights(model)
    special = packer.packer
    rows = window_rows([text.tokens for text in texts], special.start, special.end, sequence_length)
    by_length = sorted(range(len(rows)), key=lambda row: len(rows[row].ids))
    for first in range(0, len(rows), batch_size):
        chosen = by_length[first : first + batch_size]
        batch = _padded([rows[row].ids for row in chosen], special.pad, sequence_length)
        given_rows = np.asarray(model.predict_on_batch(batch))
        for place, given in zip(chosen, given_rows, strict=True):
            row = rows[place]
            # Padding has no meaning.
            check_finite_outputs(given[None, : len(row.ids)], "text", [row.text], len(texts))
            for word, tokens in row.words:
                yield row.text, word, given[tokens]


def _padded(rows: list[list[int]], pad: int, limit: int) -> dict[str, np.ndarray]:
    length = stepped_length(max(map(len, rows)), limit)
    ids = np.full((len(rows), length), pad, np.int32)
    mask = np.zeros((len(rows), length), np.int32)
    for number, row in enumerate(rows):
        ids[number, : len(row)] = row
        mask[number, : len(row)] = 1
    return {"token_ids": ids, "padding_mask": mask}
