"""Readers of models that others made."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
from safetensors.numpy import save_file

import kerastl as ktl
from kerastl.backbones.hub.packing import TokenPacker
from tests.contracts.small_presets import save_preset, small_tokenizer
from tests.training import tiny


def _network() -> keras.Model:
    keras.utils.set_random_seed(0)
    return tiny.network()


def _keras(folder: Path) -> None:
    _network().save(folder / "model.keras")


def _read_keras(folder: Path) -> None:
    for path in sorted(folder.iterdir()):
        ktl.backbone(path, preprocessing="none").build()
        ktl.load_model(path)


def _old(folder: Path) -> None:
    import tf_keras

    tf_keras.utils.set_random_seed(0)
    layers = tf_keras.layers
    pixels = layers.Input((8, 8, 3))
    x = layers.Conv2D(2, 3, activation="relu")(layers.Rescaling(1 / 255)(pixels))
    x = layers.Add()([x, layers.BatchNormalization()(x)])
    tf_keras.Model(pixels, layers.ReLU()(x)).save(folder / "model.h5")


def _read_old(folder: Path) -> None:
    ktl.backbone(folder / "model.h5", preprocessing="none").build()


def _weights(folder: Path) -> None:
    _network().save_weights(folder / "w.weights.h5")


def _read_weights(folder: Path) -> None:
    for path in sorted(folder.iterdir()):
        ktl.backbone(tiny.network(), preprocessing="none", weights=str(path)).build()


def _saved_model(folder: Path) -> None:
    from tests.security.hostile_saved_models import save

    save(folder / "model")


def _read_saved_model(folder: Path) -> None:
    ktl.backbone(folder / "model", preprocessing="none").build()


def _transformers(folder: Path) -> None:
    """A preset of Hugging Face transformers, with a vocabulary and safetensors."""
    import json

    sizes = {"hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2}
    sizes |= {"intermediate_size": 16, "max_position_embeddings": 16, "type_vocab_size": 2}
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "film", "##s"]
    config = {"model_type": "bert", "vocab_size": len(words), **sizes}
    config |= {"hidden_dropout_prob": 0.1, "architectures": ["BertModel"]}
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "vocab.txt").write_text("\n".join(words))
    (folder / "tokenizer_config.json").write_text('{"do_lower_case": true}')
    square, zeros = np.zeros((8, 8), np.float32), np.zeros(8, np.float32)
    layer = "encoder.layer.0."
    weights = {
        "embeddings.word_embeddings.weight": np.zeros((len(words), 8), np.float32),
        "embeddings.position_embeddings.weight": np.zeros((16, 8), np.float32),
        "embeddings.token_type_embeddings.weight": np.zeros((2, 8), np.float32),
        f"{layer}intermediate.dense.weight": np.zeros((16, 8), np.float32),
        f"{layer}intermediate.dense.bias": np.zeros(16, np.float32),
        f"{layer}output.dense.weight": np.zeros((8, 16), np.float32),
        f"{layer}output.dense.bias": zeros,
        "pooler.dense.weight": square,
        "pooler.dense.bias": zeros,
    }
    for name in ("self.query", "self.key", "self.value", "output.dense"):
        weights[f"{layer}attention.{name}.weight"] = square
        weights[f"{layer}attention.{name}.bias"] = zeros
    for name in ("embeddings.", f"{layer}attention.output.", f"{layer}output."):
        weights[f"{name}LayerNorm.weight"] = weights[f"{name}LayerNorm.bias"] = zeros
    save_file({name: value.copy() for name, value in weights.items()}, folder / "model.safetensors")


def _read_preset(folder: Path) -> None:
    backbone = ktl.backbone(str(folder))
    backbone.build()
    backbone.packer(["a film"], 8)


def _sentence_pieces(folder: Path) -> None:
    TokenPacker.of(small_tokenizer("albert")).save(folder)


def _word_pieces(folder: Path) -> None:
    TokenPacker.of(small_tokenizer("bert")).save(folder)


def _byte_pairs(folder: Path) -> None:
    TokenPacker.of(small_tokenizer("roberta")).save(folder)


def _read_tokenizer(folder: Path) -> None:
    TokenPacker.load(folder)(["a fine film"], 8)


PAIRS: dict[str, tuple[Callable[[Path], Any], Callable[[Path], Any]]] = {
    "keras": (_keras, _read_keras),
    "keras2": (_old, _read_old),
    "weights": (_weights, _read_weights),
    "saved_model": (_saved_model, _read_saved_model),
    "transformers": (_transformers, _read_preset),
    "preset": (lambda folder: save_preset("bert", folder), _read_preset),
    "sentence_pieces": (_sentence_pieces, _read_tokenizer),
    "word_pieces": (_word_pieces, _read_tokenizer),
    # To use it would take seconds for each file.
    "byte_pairs": (_byte_pairs, TokenPacker.load),
}
"""A function that writes valid files, and one that reads a directory with them, by name."""
