"""Small keras-hub presets with random weights and real tokenizers, one for each family."""

import io
from pathlib import Path
from typing import Any

import keras_hub
import numpy as np

SENTENCES = [
    "a fine film with a quiet end",
    "the plot is thin and the jokes are old",
    "nothing works here, not even the camera",
    "she plays the part with wit and care",
]
_WORDS = sorted({word.strip(",") for sentence in SENTENCES for word in sentence.split()})
_WORD_PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *_WORDS, ",", "##s", "n", "##o"]
# Byte-level BPE writes each of the 256 bytes as one printable character, as GPT-2 does.
_PRINTABLE = [*range(33, 127), *range(161, 173), *range(174, 256)]
_BYTES = [*map(chr, _PRINTABLE), *(chr(256 + n) for n in range(256 - len(_PRINTABLE)))]
_SPECIAL = ["<s>", "<pad>", "</s>", "<mask>", "<|endoftext|>"]
_BYTE_PAIRS = {
    "vocabulary": {
        token: index for index, token in enumerate([*_SPECIAL, *_BYTES, "th", "the", "Ġa", "Ġthe"])
    },
    "merges": ["t h", "th e", "Ġ a", "Ġ the"],
}
_SIZES: dict[str, Any] = {
    "num_layers": 2,
    "num_heads": 2,
    "hidden_dim": 8,
    "intermediate_dim": 16,
    "dropout": 0.5,
    "max_sequence_length": 32,
}
FAMILIES: dict[str, tuple[str, dict[str, Any]]] = {
    "bert": ("Bert", _SIZES),
    "distil_bert": ("DistilBert", _SIZES),
    "electra": ("Electra", {**_SIZES, "embedding_dim": 4}),
    "roberta": ("Roberta", _SIZES),
    "gpt2": ("GPT2", _SIZES),
    "albert": ("Albert", {**_SIZES, "embedding_dim": 4, "num_groups": 2}),
    "deberta_v3": ("DebertaV3", {**_SIZES, "bucket_size": 8}),
}


def tokenizer_options(family: str) -> dict[str, Any]:
    """What the family's tokenizer is made of."""
    if family in ("bert", "distil_bert", "electra"):
        return {"vocabulary": _WORD_PIECES, "lowercase": True}
    if family in ("roberta", "gpt2"):
        return dict(_BYTE_PAIRS)
    return {"proto": _sentence_pieces()}


def small_network(family: str) -> Any:
    """Make a small network of the family."""
    prefix, sizes = FAMILIES[family]
    size = "vocab_size" if family == "electra" else "vocabulary_size"
    made = getattr(keras_hub.models, f"{prefix}Backbone")
    network = made(**{**sizes, size: small_tokenizer(family).vocabulary_size()})
    generator = np.random.default_rng(0)
    for variable in network.variables:
        variable.assign(generator.normal(0, 0.3, variable.shape))
    return network


def small_tokenizer(family: str) -> Any:
    """Make the tokenizer of the family's small network."""
    made = getattr(keras_hub.models, f"{FAMILIES[family][0]}Tokenizer")
    return made(**tokenizer_options(family))


def save_preset(family: str, folder: Path) -> Any:
    """Write a preset and return the network in it."""
    network = small_network(family)
    network.save_to_preset(str(folder))
    small_tokenizer(family).save_to_preset(str(folder))
    return network


def _sentence_pieces() -> bytes:
    import sentencepiece

    written = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(SENTENCES * 4),
        model_writer=written,
        vocab_size=45,
        model_type="unigram",
        hard_vocab_limit=False,
        pad_id=0,
        unk_id=1,
        bos_id=2,
        eos_id=3,
        pad_piece="[PAD]",
        unk_piece="<unk>",
        bos_piece="[CLS]",
        eos_piece="[SEP]",
        user_defined_symbols=["[MASK]", "<pad>"],
        minloglevel=2,
    )
    return written.getvalue()
