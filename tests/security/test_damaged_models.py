"""Every reader of models gives a model or one error that names the damaged file."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import pytest

import kerastl as ktl
from kerastl.backbones.hub.packing import TokenPacker
from kerastl.backbones.weights import load_weights_file
from tests.contracts.small_presets import small_tokenizer
from tests.security.hostile_saved_models import save
from tests.security.test_damaged_files import assert_explained
from tests.training import tiny


def recipe(folder: Path) -> Callable[[], Any]:
    size = (tiny.SIZE, tiny.SIZE)
    made = ktl.ImageClassification(tiny.network(), preprocessing="none", image_size=size)
    made.build(("a", "b"))
    made.save(folder / "run")
    return lambda: ktl.load(folder / "run")


def model(folder: Path) -> Callable[[], Any]:
    tiny.network().save(folder / "a.keras")
    return lambda: ktl.load_model(folder / "a.keras")


def backbone(folder: Path) -> Callable[[], Any]:
    tiny.network().save(folder / "a.keras")
    return lambda: ktl.backbone(folder / "a.keras")


def old_backbone(folder: Path) -> Callable[[], Any]:
    tf_keras = pytest.importorskip("tf_keras")
    pixels = tf_keras.Input((8, 8, 3))
    made = tf_keras.Model(pixels, tf_keras.layers.Conv2D(2, 3)(pixels))
    made.save(folder / "a.h5", include_optimizer=False)
    return lambda: ktl.backbone(folder / "a.h5", preprocessing="none")


def saved_model(folder: Path) -> Callable[[], Any]:
    save(folder / "model")
    return lambda: ktl.backbone(folder / "model", preprocessing="none")


def weights(folder: Path) -> Callable[[], Any]:
    network = tiny.network()
    network.save_weights(folder / "a.weights.h5")
    return lambda: load_weights_file(network, folder / "a.weights.h5", what="the network")


def tokenizer(folder: Path) -> Callable[[], Any]:
    TokenPacker.of(small_tokenizer("bert")).save(folder)
    return lambda: TokenPacker.load(folder)(["a fine film"], 8)


def vocabulary(folder: Path) -> Callable[[], Any]:
    words = small_tokenizer("bert").get_vocabulary()
    (folder / "vocab.txt").write_text("\n".join(words) + "\n")
    sizes = {"num_layers": 1, "num_heads": 1, "hidden_dim": 4, "intermediate_dim": 4}

    def read() -> Any:
        return ktl.backbone(
            "bert", weights=None, vocabulary=str(folder / "vocab.txt"), **sizes
        ).packer

    return read


READERS = {
    "recipe": (recipe, "run/recipe.json"),
    "recipe's model": (recipe, "run/model.keras"),
    "model": (model, "a.keras"),
    "backbone": (backbone, "a.keras"),
    "old backbone": (old_backbone, "a.h5"),
    "SavedModel": (saved_model, "model/saved_model.pb"),
    "weights": (weights, "a.weights.h5"),
    "packer": (tokenizer, "packer.json"),
    "tokenizer": (tokenizer, "tokenizer.json"),
    "vocabulary": (vocabulary, "vocab.txt"),
}


@pytest.mark.slow
@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="reads SavedModels")
@pytest.mark.parametrize("count", [2, pytest.param(100, marks=pytest.mark.nightly)])
@pytest.mark.parametrize("reader", READERS)
def test_a_damaged_model_file_is_named(reader: str, count: int, tmp_path: Path) -> None:
    make, name = READERS[reader]
    read = make(tmp_path)
    assert_explained(read, tmp_path / name, count, is_json=name.endswith(".json"))


def test_an_altered_vocabulary_is_named(tmp_path: Path) -> None:
    read = tokenizer(tmp_path)
    read()
    file = tmp_path / "assets" / "tokenizer" / "vocabulary.txt"
    # The words of two ids are exchanged: no token is missing.
    lines = file.read_text().splitlines()
    lines[6], lines[7] = lines[7], lines[6]
    file.write_text("\n".join(lines) + "\n")
    with pytest.raises(ValueError, match=r"vocabulary\.txt is damaged: .*checksum"):
        read()


def test_a_tokenizer_that_was_saved_without_checksums_is_loaded(tmp_path: Path) -> None:
    read = tokenizer(tmp_path)
    special = json.loads((tmp_path / "packer.json").read_text())
    del special["checksums"]
    (tmp_path / "packer.json").write_text(json.dumps(special))
    read()
