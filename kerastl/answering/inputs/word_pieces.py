"""Tokenize texts with a WordPiece vocabulary as keras-hub's tokenizers of BERT do.

The program in `export/python`, which runs without kerastl, has a copy; a test compares the answers.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Any

# Unicode blocks that BERT splits into single characters.
_CJK = (
    (0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2A6DF), (0x2A700, 0x2B73F),
    (0x2B740, 0x2B81F), (0x2B820, 0x2CEAF), (0xF900, 0xFAFF), (0x2F800, 0x2FA1F),
)  # fmt: skip
# Characters that case folding drops: variation selectors, fillers, joiners.
_IGNORABLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
_UNKNOWN = "[UNK]"
_LONGEST_WORD = 100  # bytes; a longer word is unknown
_BYTES_PER_TOKEN = 128
_REMEMBERED = 20_000  # words


class WordPieces:
    """A WordPiece tokenizer, with the special tokens and the length of one exported file.

    Args:
        vocabulary: The word pieces in the order of their ids.
        description: The entry `preprocessing` of the file's `kerastl.json`.

    Example:

    ```python
    pieces = WordPieces(vocabulary, description["preprocessing"])
    pieces.packed("A fine film.")  # [101, 1037, 2986, 2143, 1012, 102]
    ```
    """

    def __init__(self, vocabulary: list[str], description: dict[str, Any]) -> None:
        self._ids = {piece: number for number, piece in enumerate(vocabulary)}
        self._lowercase = description["lowercase"]
        self._strip_accents = description["strip_accents"]
        self._split_on_cjk = description["split_on_cjk"]
        self.start, self.end = description["start"], description["end"]
        self.pad, self.length = description["pad"], description["sequence_length"]
        # Older files keep the first tokens and have no such numbers.
        self._first = description.get("kept_at_start", self.length - 2)
        self._last = description.get("kept_at_end", 0)
        # Texts repeat their words.
        self._pieces = lru_cache(_REMEMBERED)(self._split_word)

    def tokens(self, text: str) -> list[int]:
        """Return the ids of a whole text, without special tokens."""
        return [number for word in self._words(text) for number in self._pieces(word)]

    def packed(self, text: str) -> list[int]:
        """Return the ids of a text, truncated, between the start and the end token."""
        found = self.tokens(self._readable(text))
        if len(found) > self._first + self._last:
            # Python reads [-0:] as everything.
            found = found[: self._first] + found[len(found) - self._last :]
        return [self.start, *found, self.end]

    def _readable(self, text: str) -> str:
        """Cut off what has no room in the sequence, because time grows with it."""
        count = _BYTES_PER_TOKEN * self.length
        if len(text) * 4 <= count:
            return text
        encoded = text.encode()
        kept = encoded[:count]
        if self._last:
            kept = encoded if len(encoded) <= 2 * count else kept + encoded[-count:]
        return kept.decode(errors="ignore")

    def _words(self, text: str) -> list[str]:
        text = text.replace("\0", "")
        if self._strip_accents:
            text = unicodedata.normalize("NFD", text)
            text = "".join(letter for letter in text if unicodedata.category(letter) != "Mn")
        spaced = []
        for letter in text:
            kind = unicodedata.category(letter)
            if letter in " \t\n\r\f" or kind in ("Cc", "Cf"):
                spaced.append(" ")
            elif self._is_word_of_its_own(letter, kind):
                spaced.append(f" {letter} ")
            else:
                spaced.append(letter)
        words = [word for word in "".join(spaced).split(" ") if word]
        return [_fold(word) for word in words] if self._lowercase else words

    def _is_word_of_its_own(self, letter: str, kind: str) -> bool:
        if kind.startswith("P") or (letter.isascii() and not letter.isalnum()):
            return True
        return self._split_on_cjk and any(first <= ord(letter) <= last for first, last in _CJK)

    def _split_word(self, word: str) -> tuple[int, ...]:
        found, start = [], 0
        while start < len(word) and len(word.encode()) <= _LONGEST_WORD:
            prefix = "##" if start else ""
            ends = range(len(word), start, -1)
            end = next((end for end in ends if prefix + word[start:end] in self._ids), None)
            if end is None:
                return (self._ids[_UNKNOWN],)
            found.append(self._ids[prefix + word[start:end]])
            start = end
        return tuple(found) or (self._ids[_UNKNOWN],)


def _fold(word: str) -> str:
    folded = unicodedata.normalize("NFKC", word).casefold()
    return _IGNORABLE.sub("", unicodedata.normalize("NFKC", folded))
