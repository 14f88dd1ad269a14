"""Reader of strings."""

from pathlib import Path
from typing import Any

from kerastl.artifacts.readers.example_errors import check_no_errors
from kerastl.artifacts.readers.utf8_text import utf8_texts
from kerastl.backbones.hub.packing import TokenPacker
from kerastl.backbones.hub.truncation import kept_ends


class TextReader:
    """Tokenizes, truncates and pads strings inside the graph.

    Args:
        packer: The backbone's token packer.
        sequence_length: Tokens per text, including special tokens.
        truncation: Tokens of a longer text that are kept; see `TokenPacker`. Defaults to `"head"`.

    Example:

    ```python
    reader = TextReader(backbone.packer, sequence_length=128)
    reader.read(tf.constant(["A fine film."]))["token_ids"]  # (1, 128)
    ```
    """

    input_name = "text"

    def __init__(self, packer: TokenPacker, sequence_length: int, truncation: str = "head") -> None:
        self.packer = packer
        self.sequence_length = sequence_length
        self.truncation = truncation

    def read(self, raw: Any) -> dict[str, Any]:
        """Turn strings into `token_ids` and `padding_mask`, int32 `(N, L)`.

        A string that is not UTF-8 raises a `tf.errors.InvalidArgumentError` with its position.
        """
        inputs, errors = self.read_each(raw)
        return check_no_errors(errors, inputs)

    def read_each(self, raw: Any) -> tuple[dict[str, Any], Any]:
        """Turn strings into inputs as `read` does, and into errors.

        Args:
            raw: A `tf.string` tensor of shape `(N,)`.

        Returns:
            The inputs, and a `tf.string` tensor of shape `(N,)`: an error, or `""`. A string with
            an error is read like an empty one.
        """
        texts, errors = utf8_texts(raw)
        packed = self.packer(self._readable(texts), self.sequence_length, self.truncation)
        return packed, errors

    def input_errors(self, inputs: dict[str, Any]) -> Any:
        """Return an error for each row of token ids that the vocabulary does not have."""
        import tensorflow as tf

        ids = inputs["token_ids"]
        size = self.packer.tokenizer.vocabulary_size()
        is_known = tf.reduce_all(tf.logical_and(ids >= 0, ids < size), axis=1)
        return tf.where(is_known, "", f"The input token_ids must be from 0 to {size - 1}")

    def places(self, raw: Any) -> dict[str, Any]:
        """Return nothing: the scores belong to the whole text."""
        return {}

    def samples(self) -> list[bytes]:
        """Return a short text and one that is longer than the sequence."""
        return [b"A short text.", b"A text with many words. " * self.sequence_length]

    def trackables(self) -> list[Any]:
        """Return the tokenizer, whose tables the SavedModel must contain."""
        return [self.packer.tokenizer]

    def describe(self) -> dict[str, Any]:
        """Describe how a program without TensorFlow prepares `token_ids` and `padding_mask`."""
        tokenizer = self.packer.tokenizer
        room = self.sequence_length - self.packer.special_count
        first, last = kept_ends(room, self.truncation)
        described = {
            "kind": "text",
            "sequence_length": self.sequence_length,
            "truncation": self.truncation,
            # Numbers of tokens, so that no program needs to know the names of truncations.
            "kept_at_start": first,
            "kept_at_end": last,
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

    def _readable(self, texts: Any) -> Any:
        """Cut off what has no room in the sequence, because time grows with it."""
        # WordPiece alone takes time in proportion to the text, however long its words are.
        if hasattr(self.packer.tokenizer, "suffix_indicator"):
            return _ends(texts, 128 * self.sequence_length, self.truncation)
        return _without_unreachable_text(texts, self.sequence_length, self.truncation)


def _ends(texts: Any, count: int, truncation: str) -> Any:
    """Return the bytes of texts that truncation may keep, without a part of a character."""
    import tensorflow as tf

    start = tf.strings.substr(texts, 0, count)
    if truncation != "head":
        length = tf.strings.length(texts)
        end = tf.strings.substr(
            texts, tf.maximum(length - count, 0), tf.fill(tf.shape(length), count)
        )
        start = tf.where(length > 2 * count, start + end, texts)
    return tf.strings.unicode_transcode(start, "UTF-8", "UTF-8", errors="ignore")


def _without_unreachable_text(raw: Any, sequence_length: int, truncation: str) -> Any:
    import tensorflow as tf

    # The time of byte pairs and sentence pieces grows faster than the length of the longest word:
    # GPT-2 takes 52 s for 16 kB without a space, and any client may send that to a server. A token
    # of English has four characters, and one of GPT-2 at most 128 bytes.
    letters = min(4 * sequence_length, 1000)
    if truncation == "head":
        raw = _ends(raw, 64 * sequence_length, truncation)
        return tf.strings.regex_replace(raw, rf"(\S{{{letters}}})\S+", r"\1")
    # Four bytes for a character.
    raw = _ends(raw, 4 * 64 * sequence_length, truncation)
    return tf.strings.regex_replace(raw, rf"(\S{{{letters}}})\S+(\S{{{letters}}})", r"\1\2")
