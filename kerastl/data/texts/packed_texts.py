"""Texts that are tokenized once and batched in every epoch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from kerastl.basics.utf8 import check_utf8

if TYPE_CHECKING:
    from kerastl.data.pipeline.epoch_sampler import EpochSampler

# Texts for each call of the tokenizer: enough for full speed, and small in memory.
_AT_ONCE = 1024


@dataclass(frozen=True)
class PackedTexts:
    """Token ids of texts, padded to one length.

    A pipeline with a tokenizer in it initialises the tokenizer at the start of every epoch, which
    takes longer than tokenizing a few hundred texts. A pipeline of token ids starts at once.

    Attributes:
        token_ids: Token ids, padded at the end, int32 of shape `(texts, tokens)`.
        lengths: Number of tokens of each text, int32 of shape `(texts,)`.
    """

    token_ids: np.ndarray
    lengths: np.ndarray

    @classmethod
    def of(cls, texts: Sequence[str], pack: Callable[[list[str]], dict[str, Any]]) -> PackedTexts:
        """Tokenize texts.

        Args:
            texts: Strings, at least one.
            pack: A function from strings to `token_ids` and `padding_mask`, of one length for all
                calls.

        Returns:
            The tokenized texts.

        Raises:
            ValueError: If a text has half of a surrogate pair.
        """
        # Sources check their texts. A user may also make a split by hand.
        check_utf8(texts, "text {}".format)
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
        """Return batches of token ids and targets as a `tf.data.Dataset`.

        Args:
            targets: The target of each text, first axis `texts`, or None.
            batch_size: Texts in a batch.
            shuffle: Whether each epoch has a new random order.
            seed: Seed of the orders, or an `EpochSampler`.
            trims: Whether padding that all texts of a batch share is cut, see
                `without_shared_padding`, and texts of similar length share a shuffled batch.
            by_token: Whether the targets have the shape of the token ids and are cut like them.
                Defaults to False.

        Returns:
            A `tf.data.Dataset` of `{"token_ids", "padding_mask"}`, int32 `(batch, tokens)`, or of
            pairs of this and the targets.
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

        chosen = indices(
            len(self.lengths), shuffle, seed, batch_size, self.lengths if trims else None
        )
        batches = chosen.batch(batch_size)
        return batches.map(load, tf.data.AUTOTUNE).prefetch(2)
