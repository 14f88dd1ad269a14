"""Token packer: texts to token ids, the same in training, prediction and the SavedModel."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kerastl.backbones.hub.length_graphs import LengthGraphs
from kerastl.backbones.hub.preset_files import read_config
from kerastl.backbones.hub.truncation import TRUNCATIONS, truncated
from kerastl.basics.arguments import check_choice
from kerastl.basics.files.damaged import DamagedFileError, reading
from kerastl.basics.files.json_fields import read_field, read_optional
from kerastl.basics.files.json_file import read_json
from kerastl.basics.files.regular_file import read_regular
from kerastl.basics.model_files.config import check_config

_FILE = "packer.json"
# Texts for each call of the tokenizer, when they are only counted.
_AT_ONCE = 1024


class TokenPacker:
    """Tokenize texts, truncate them, add the model's start and end tokens, and pad.

    It uses only operations that every TensorFlow Serving has: keras-hub's own packer emits one
    (`TFText>RoundRobinTrim`) that servers up to 2.19 lack. Tokenization always runs inside
    a `tf.function`, so that training, prediction and an exported model take the same path.

    Args:
        tokenizer: A keras-hub tokenizer.
        start: Id of the token before every text, or None.
        end: Id of the token after every text, or None.
        pad: Id that fills the rest.

    Example:

    ```python
    packer = kerastl.backbone("bert", weights="directory/of/a/preset").packer
    packer(["A fine film."], sequence_length=16)["token_ids"]  # int32, shape (1, 16)
    ```
    """

    def __init__(self, tokenizer: Any, start: int | None, end: int | None, pad: int) -> None:
        self.tokenizer = tokenizer
        self.start = start
        self.end = end
        self.pad = pad
        # Shared by the graphs of all lengths: that of byte pairs takes seconds to trace.
        self._tokens = LengthGraphs(self._tokenize)
        self._packed = LengthGraphs(self._pack)

    @classmethod
    def of(cls, tokenizer: Any) -> TokenPacker:
        """Make the packer of a tokenizer that names its special tokens."""
        start, end = tokenizer.start_token_id, tokenizer.end_token_id
        return cls(tokenizer, start=start, end=end, pad=tokenizer.pad_token_id)

    def __call__(
        self, texts: Sequence[str] | Any, sequence_length: int, truncation: str = "head"
    ) -> dict[str, Any]:
        """Turn texts into token ids and padding masks.

        Args:
            texts: Strings, or a string tensor of shape (N,), symbolic inside a `tf.function`.
                NUL characters are dropped.
            sequence_length: Tokens per text, special tokens included.
            truncation: Tokens of a longer text that are kept, between the special tokens:
                `"head"`, `"tail"` or `"head_tail"`; see `kept_ends`. Defaults to `"head"`.

        Returns:
            `token_ids` and `padding_mask` (1 at tokens, 0 at padding), int32 tensors (N, L).

        Raises:
            ValueError: `sequence_length` leaves no room besides the special tokens, or the
                truncation is unknown.
        """
        check_choice("truncation", truncation, TRUNCATIONS)
        if sequence_length <= self.special_count:
            raise ValueError(
                f"`sequence_length` must exceed the {self.special_count} special tokens. "
                f"Received: sequence_length={sequence_length}"
            )
        return self._packed(texts, sequence_length, truncation)

    @property
    def special_count(self) -> int:
        """Number of special tokens that every sequence has."""
        return sum(token is not None for token in (self.start, self.end))

    def lengths(self, texts: Sequence[str | bytes]) -> np.ndarray:
        """Return the number of tokens of whole texts, special tokens included.

        Args:
            texts: Strings, or their bytes in UTF-8.

        Returns:
            An int array of shape (N,).
        """
        counted = [
            np.asarray(self._tokens(texts[start : start + _AT_ONCE]).row_lengths())
            for start in range(0, len(texts), _AT_ONCE)
        ]
        return np.concatenate([np.zeros(0, np.int64), *counted]) + self.special_count

    def _tokenize(self, texts: Any) -> Any:
        import tensorflow as tf

        # A NUL ends the string for some tokenizers and not for others.
        texts = tf.strings.regex_replace(texts, r"\x00", "")
        return tf.cast(self.tokenizer(texts), tf.int32)

    def _pack(self, texts: Any, sequence_length: int, truncation: str) -> dict[str, Any]:
        import tensorflow as tf

        tokens = truncated(self._tokens(texts), sequence_length - self.special_count, truncation)
        one_each = tf.ones([tokens.nrows(), 1], tf.int32)
        pieces = [tokens]
        if self.start is not None:
            pieces.insert(0, one_each * self.start)
        if self.end is not None:
            pieces.append(one_each * self.end)
        tokens = tf.concat(pieces, axis=1)
        lengths = tokens.row_lengths()
        return {
            "token_ids": tokens.to_tensor(self.pad, shape=[None, sequence_length]),
            "padding_mask": tf.sequence_mask(lengths, sequence_length, dtype=tf.int32),
        }

    def save(self, directory: str | Path) -> None:
        """Write tokenizer and special tokens into a directory."""
        folder = Path(directory)
        folder.mkdir(parents=True, exist_ok=True)
        self.tokenizer.save_to_preset(str(folder))
        special = {
            "start": self.start,
            "end": self.end,
            "pad": self.pad,
            "checksums": _checksums(folder),
        }
        (folder / _FILE).write_text(json.dumps(special, indent=2) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, directory: str | Path) -> TokenPacker:
        """Load a packer that `save` wrote.

        Raises:
            FileNotFoundError: The directory holds no saved packer.
        DamagedFileError: A file of it is damaged.
        """
        folder = Path(directory)
        if not (folder / _FILE).is_file():
            raise FileNotFoundError(
                f"No tokenizer is saved in this directory: {_FILE} is missing. "
                f"Received: {str(directory)!r}"
            )
        with reading(folder / _FILE):
            special = read_json(folder / _FILE)
            start = read_optional(special, "start", int)
            end = read_optional(special, "end", int)
            pad = read_field(special, "pad", int)
            # Recipes that were saved before this entry existed lack it.
            checksums = read_field({"checksums": {}, **special}, "checksums", dict)
        found = _checksums(folder)
        for name, checksum in checksums.items():
            if found.get(name) != checksum:
                reason = f"it is missing, or its checksum is not the one in {_FILE}"
                raise DamagedFileError(folder / name, reason)
        tokenizer = _load_tokenizer(folder)
        with reading(folder / _FILE):
            size = tokenizer.vocabulary_size()
            for token in (start, end, pad):
                if token is not None and not 0 <= token < size:
                    raise ValueError(f"{token} is not the id of one of the {size} tokens")
        return cls(tokenizer, start, end, pad)


def _checksums(folder: Path) -> dict[str, int]:
    """Return the CRC-32 of each file of a tokenizer, against accidents; it is no signature."""
    files = [each for each in sorted(folder.rglob("*")) if each.is_file() and each.name != _FILE]
    return {each.relative_to(folder).as_posix(): zlib.crc32(read_regular(each)) for each in files}


def _load_tokenizer(folder: Path) -> Any:
    import keras
    import keras_hub

    config = read_config(folder / "tokenizer.json")
    check_config(config, str(folder), raw_inputs=True)
    with reading(folder / "tokenizer.json"):
        tokenizer = keras.saving.deserialize_keras_object(config)
        if not isinstance(tokenizer, keras_hub.tokenizers.Tokenizer):
            raise ValueError(f"it must hold a keras-hub tokenizer, not {type(tokenizer).__name__}")
    assets = folder / "assets" / "tokenizer"
    with reading(assets):
        tokenizer.load_assets(str(assets))
    return tokenizer
