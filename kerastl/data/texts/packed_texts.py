"""Texts as token ids: tokenized once, and read in every epoch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from kerastl.data.pipeline.epoch_sampler import EpochSampler

# Enough for tokenizers to run at full speed, and little beside what is kept.
_AT_ONCE = 1024


@dataclass(frozen=True)
class PackedTexts:
    """Token ids of texts.

    A pipeline that holds a tokenizer sets all of it up whenever an epoch begins, which takes longer
    than a few hundred texts do; one that reads token ids begins at once.

    Attributes:
        token_ids: Padded at the end, int32 of shape `(texts, tokens)`.
        lengths: Tokens of each text, int32 of shape `(texts,)`.
    """

    token_ids: np.ndarray
    lengths: np.ndarray

    @classmethod
    def of(cls, texts: Sequence[str], pack: Callable[[list[str]], dict[str, Any]]) -> PackedTexts:
        """Tokenize texts.

        Args:
            texts: Strings, at least one.
            pack: From strings to `token_ids` and `padding_mask`, all of one length.
        """
        ids, lengths = [], []
        for start in range(0, len(texts), _AT_ONCE):
            packed = pack(list(texts[start : start + _AT_ONCE]))
            ids.append(np.asarray(packed["token_ids"]))
            lengths.append(np.asarray(packed["padding_mask"]).sum(axis=1, dtype=np.int32))
        return cls(np.concatenate(ids), np.concatenate(lengths))

    def stream(
        self,
        targets: np.ndarray | None,
        batch_size: int,
        *,
        shuffle: bool,
        seed: int | EpochSampler,
        trims: bool,
        by_token: bool = False,
    ) -> Any:
        """Make the pipeline of their batches.

        Args:
            targets: What is to be learnt of each text, or None.
            batch_size: Texts in a batch.
            shuffle: Whether every pass has an order of its own.
            seed: Seed of the orders.
            trims: Whether a batch ends where its longest text does.
            by_token: Whether targets have the shape of the token ids and end there as well.
                Defaults to False.

        Returns:
            A `tf.data.Dataset` of `token_ids` and `padding_mask`, with the targets if there are
            any.
        """
        import tensorflow as tf

        from kerastl.data.pipeline.order import indices
        from kerastl.data.texts.trimming import without_shared_padding

        token_ids, lengths = tf.constant(self.token_ids), tf.constant(self.lengths)
        longest = self.token_ids.shape[1]

        def load(index: Any) -> Any:
            packed = {
                "token_ids": tf.gather(token_ids, index),
                "padding_mask": tf.sequence_mask(tf.gather(lengths, index), longest, tf.int32),
            }
            if trims:
                packed = without_shared_padding(packed)
            if targets is None:
                return packed
            chosen = tf.gather(targets, index)
            if trims and by_token:
                chosen = chosen[:, : tf.shape(packed["token_ids"])[1]]
            return packed, chosen

        batches = indices(len(self.lengths), shuffle, seed).batch(batch_size)
        return batches.map(load, tf.data.AUTOTUNE).prefetch(2)
