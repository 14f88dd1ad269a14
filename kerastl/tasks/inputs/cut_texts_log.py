"""Log once that texts are longer than a model's input."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from kerastl.backbones.hub.truncation import kept_ends
from kerastl.data.texts.cut_texts import cut_texts, kept_tokens

if TYPE_CHECKING:
    from kerastl.backbones.hub.packing import TokenPacker

_LOGGER = logging.getLogger("kerastl")


def cut_texts_line(
    packer: TokenPacker, lengths: np.ndarray, sequence_length: int, truncation: str, what: str
) -> str:
    """Say how many texts are cut, and which of their tokens the model reads.

    Args:
        packer: The packer that the lengths are from.
        lengths: Number of tokens of each text, special tokens included.
        sequence_length: Number of tokens that the model reads.
        truncation: As for the packer.
        what: Plural name of the texts.

    Returns:
        A line, or `""` if all texts fit.
    """
    cut = cut_texts(lengths, sequence_length, what)
    kept = kept_ends(sequence_length - packer.special_count, truncation)
    return cut and f"{cut}: the model reads {kept_tokens(*kept)} of each"


class CutTextsLog:
    """Log a warning, once, if texts of `predict` or `evaluate` are cut.

    The logger is named `"kerastl"`.
    """

    def __init__(self) -> None:
        self._written = False

    def __call__(
        self, packer: TokenPacker, texts: Sequence[Any], sequence_length: int, truncation: str
    ) -> None:
        """Count the tokens of texts, and log how many texts do not fit.

        Args:
            packer: The model's packer.
            texts: Strings, or their bytes.
            sequence_length: Number of tokens that the model reads.
            truncation: As for the packer.
        """
        if self._written or not len(texts):
            return
        lengths = packer.lengths(texts)
        line = cut_texts_line(packer, lengths, sequence_length, truncation, "texts")
        if line:
            self._written = True
            _LOGGER.warning(line)
