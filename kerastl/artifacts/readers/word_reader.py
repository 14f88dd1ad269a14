"""Reader of strings whose words each have scores."""

from typing import Any

from kerastl.artifacts.readers.text_reader import TextReader
from kerastl.artifacts.readers.utf8_text import utf8_texts
from kerastl.backbones.hub.word_packing import WordPacker


class WordReader(TextReader):
    """Splits strings into words, tokenizes them and locates each word, inside the graph.

    Args:
        words: The backbone's token packer, wrapped to split texts into words.
        sequence_length: Tokens per text, including special tokens.

    Example:

    ```python
    reader = WordReader(WordPacker(backbone.packer), sequence_length=128)
    reader.places(tf.constant(["Marie Curie"]))["start"]  # (1, 128): -1, 0, 6, -1, ...
    ```
    """

    def __init__(self, words: WordPacker, sequence_length: int) -> None:
        super().__init__(words.packer, sequence_length)
        self.words = words

    def read_each(self, raw: Any) -> tuple[dict[str, Any], Any]:
        """Turn strings into inputs and errors; see `TextReader.read_each`."""
        texts, errors = utf8_texts(raw)
        packed = self.words(texts, self.sequence_length)
        return {name: packed[name] for name in ("token_ids", "padding_mask")}, errors

    def places(self, raw: Any) -> dict[str, Any]:
        """Return where each word is in its text.

        Args:
            raw: A `tf.string` tensor of shape `(N,)`.

        Returns:
            `start` and `end`, int32 `(N, L)`: at the first token of a word, the index of its first
            character and of the one after its last, in code points; elsewhere -1. A string that
            is not UTF-8 has no words.
        """
        texts, _ = utf8_texts(raw)
        packed = self.words(texts, self.sequence_length)
        return {"start": packed["starts"], "end": packed["ends"]}

    def describe(self) -> dict[str, Any]:
        """Describe how a program prepares the inputs, and which scores it reads."""
        return {
            **super().describe(),
            "words": "runs between white space; punctuation, symbols and ideographs alone",
            "scores_of_a_word": "those of its first token",
            "decoding": "the most probable tags in which I-TYPE follows B-TYPE or I-TYPE only",
        }
