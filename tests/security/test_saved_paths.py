"""What is saved and given to others holds no absolute path of this machine."""

import json
import zipfile

import numpy as np
import pytest

import kerastl as ktl
from kerastl.recipe.portable_config import portable_config
from tests.training import tiny

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "good", "bad"]


def files_with(folder, text):
    """Return the files of a folder, and the members of archives, that hold a text."""
    contents = {}
    for path in folder.rglob("*"):
        if path.is_file():
            contents[path.name] = path.read_bytes()
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                contents |= {
                    f"{path.name}/{each}": archive.read(each) for each in archive.namelist()
                }
    needles = [text.encode(), text.strip("/").replace("/", "_").encode()]
    return [name for name, each in contents.items() if any(needle in each for needle in needles)]


@pytest.fixture
def home(tmp_path):
    """A folder whose name must not be saved."""
    folder = tmp_path / "home_of_ada"
    folder.mkdir()
    return folder


def image_recipe(home):
    tiny.network().save_weights(home / "own.weights.h5")
    return ktl.ImageClassification(tiny.backbone(weights=str(home / "own.weights.h5")))


def text_recipe(home):
    (home / "vocab.txt").write_text("\n".join(WORDS))
    backbone = ktl.backbone(
        "bert", weights=None, vocabulary=str(home / "vocab.txt"), num_layers=1, num_heads=2,
        hidden_dim=16, intermediate_dim=32, max_sequence_length=16,
    )  # fmt: skip
    return ktl.TextClassification(backbone, sequence_length=8)


@pytest.mark.parametrize(
    ("make", "inputs"),
    [
        (image_recipe, np.zeros((2, 12, 12, 3), np.uint8)),
        pytest.param(text_recipe, ["good", "bad"], marks=pytest.mark.slow),
    ],
)
def test_a_saved_recipe_holds_no_path_of_its_weights(home, make, inputs):
    recipe = make(home)
    recipe.build(["a", "b"])
    assert str(home) in json.dumps(recipe.get_config())  # what the search must not find
    folder = home.parent / "saved"
    recipe.save(folder)
    assert files_with(folder, str(home)) == []
    (folder / "planted.txt").write_text(f"read from {home}/w.h5")
    assert files_with(folder, str(home)) == ["planted.txt"]
    first, again = (each.predict(list(inputs)) for each in (recipe, ktl.load(folder)))
    assert [each.label for each in first] == [each.label for each in again]


@pytest.mark.parametrize(
    ("given", "saved"),
    [
        ("/home/ada/minilm", "./minilm"),
        ("/home/ada/bert", "./bert"),  # not the family of this name
        ("imagenet", "imagenet"),
        ("hf://user/model", "hf://user/model"),
        ("weights/own.h5", "weights/own.h5"),
        (None, None),
    ],
)
def test_only_absolute_paths_change(given, saved):
    backbone = {"kind": "hub", "name": given or "bert", "weights": given, "options": {"a": given}}
    made = portable_config({"backbone": backbone, "dropout": 0.1})
    assert made["dropout"] == 0.1
    assert made["backbone"] == {
        "kind": "hub", "name": saved or "bert", "weights": saved, "options": {"a": saved},
    }  # fmt: skip
    assert backbone["weights"] == given


def test_a_preset_directory_names_no_layer():
    from kerastl.backbones.hub.backbone import _layer_name

    assert _layer_name("/home/ada/my-preset") == "my_preset"
    assert _layer_name("hf://user/my-preset") == "hf_user_my_preset"
