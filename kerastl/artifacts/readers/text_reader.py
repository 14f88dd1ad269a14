"""Strings as raw input."""

from pathlib import Path
from typing import Any

from kerastl.backbones.hub.packing import TokenPacker


class TextReader:
    """Tokenize, cut and pad strings inside the graph.

    Args:
        packer: The backbone's token packer.
        sequence_length: Tokens per text, special tokens among them.

    Example:

    ```python
    reader = TextReader(backbone.packer, sequence_length=128)
    reader.read(tf.constant(["A fine film."]))["token_ids"]  # (1, 128)
    ```
    """

    input_name = "text"

    def __init__(self, packer: TokenPacker, sequence_length: int) -> None:
        self.packer = packer
        self.sequence_length = sequence_length

    def read(self, raw: Any) -> dict[str, Any]:
        """Turn strings into `token_ids` and `padding_mask`, int32 `(N, L)`."""
        # WordPiece alone takes time in proportion to the text.
        if not hasattr(self.packer.tokenizer, "suffix_indicator"):
            raw = _cut_what_no_token_reaches(raw, self.sequence_length)
        return self.packer(raw, self.sequence_length)

    def places(self, raw: Any) -> dict[str, Any]:
        """Say nothing: an answer is of the whole text."""
        return {}

    def samples(self) -> list[bytes]:
        """Write a short text and one that is longer than the sequence."""
        return [b"A short text.", b"A text with many words. " * self.sequence_length]

    def trackables(self) -> list[Any]:
        """Name the tokenizer, whose tables the SavedModel must carry."""
        return [self.packer.tokenizer]

    def describe(self) -> dict[str, Any]:
        """Say how a receiver prepares `token_ids` and `padding_mask` by itself."""
        tokenizer = self.packer.tokenizer
        described = {
            "kind": "text",
            "sequence_length": self.sequence_length,
            "tokenizer": type(tokenizer).__name__,
            "directory": "tokenizer",
            "start": self.packer.start,
            "end": self.packer.end,
            "pad": self.packer.pad,
        }
        for option in ("lowercase", "strip_accents", "split_on_cjk"):
            if hasattr(tokenizer, option):
                described[option] = bool(getattr(tokenizer, option))
        return described

    def save(self, directory: Path) -> None:
        """Write the tokenizer with its vocabulary into `tokenizer/`."""
        self.packer.save(directory / "tokenizer")


def _cut_what_no_token_reaches(raw: Any, sequence_length: int) -> Any:
    import tensorflow as tf

    # Byte pairs and sentence pieces take time that grows faster than the longest word, 52 s for
    # 16 kB of GPT-2 without a space, and a server must answer anyone. A token of English has four
    # characters, and one of GPT-2 at most 128 bytes.
    letters = min(4 * sequence_length, 1000)
    raw = tf.strings.substr(raw, 0, 64 * sequence_length)
    return tf.strings.regex_replace(raw, rf"(\S{{{letters}}})\S+", r"\1")
