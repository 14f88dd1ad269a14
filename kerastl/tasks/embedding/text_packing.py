"""Turn the texts of an embedding into token ids."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from kerastl.tasks.inputs.cut_texts_log import CutTextsLog

if TYPE_CHECKING:
    from kerastl.backbones.hub.packing import TokenPacker


class TextPacking:
    """A backbone's token packer with the truncation of an embedding.

    Args:
        packer: The backbone's token packer.
        truncation: As for the packer.

    Attributes:
        packer: The backbone's token packer.
        truncation: As for the packer.
    """

    def __init__(self, packer: TokenPacker, truncation: str) -> None:
        self.packer = packer
        self.truncation = truncation
        self._log = CutTextsLog()

    @classmethod
    def of(cls, packer: TokenPacker | None, truncation: str) -> TextPacking | None:
        """Return the packing of a text backbone, or None for images, which have no packer."""
        return None if packer is None else cls(packer, truncation)

    def __call__(self, texts: Sequence[Any], sequence_length: int) -> dict[str, Any]:
        """Return the model's inputs for texts, by name."""
        return self.packer(texts, sequence_length, self.truncation)

    def log_cut_texts(self, texts: Sequence[Any], sequence_length: int) -> None:
        """Log once how many texts are longer than the sequence length."""
        self._log(self.packer, texts, sequence_length, self.truncation)
