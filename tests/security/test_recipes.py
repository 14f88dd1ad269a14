import json
import os
import shutil
from pathlib import Path

import pytest

import kerastl as ktl
from kerastl.backbones import backbone_from_config
from kerastl.basics.model_files.errors import RefusedModelError
from tests.security.hostile_configs import KERAS3
from tests.security.hostile_files import (
    calls_a_function,
    change_config,
    every_layer,
    write_h5,
)
from tests.training import tiny


@pytest.fixture(scope="module")
def saved(tmp_path_factory) -> Path:
    """A saved recipe with a custom network."""
    size = (tiny.SIZE, tiny.SIZE)
    recipe = ktl.ImageClassification(tiny.network(), preprocessing="none", image_size=size)
    recipe.build(("a", "b"))
    return recipe.save(tmp_path_factory.mktemp("saved") / "run")


@pytest.fixture
def run(saved: Path, tmp_path: Path) -> Path:
    """A copy that a test may change."""
    return Path(shutil.copytree(saved, tmp_path / "run"))


def change_recipe(run: Path, change) -> None:
    described = json.loads((run / "recipe.json").read_text())
    change(described)
    (run / "recipe.json").write_text(json.dumps(described))


@pytest.mark.parametrize(
    "name",
    [
        *("hf://user/model", "kaggle://a/b", "gs://bucket/a.keras", "bert_tiny_en_uncased", "bert"),
        *("a.h5", "", None, ["mobilenet_v2"]),
    ],
)
def test_the_kind_application_takes_names_of_the_table_only(name, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.mkdir()
    if name == "a.h5":
        name = str(write_h5(tmp_path / name, calls_a_function("io.gfile.rmtree", str(victim))))
    config = {"kind": "application", "name": name, "weights": None, "options": {}}
    with pytest.raises(ValueError, match=r"Unknown network of keras\.applications.*Received: "):
        backbone_from_config(config)
    assert victim.exists()


@pytest.mark.parametrize(
    "architecture",
    [None, {}, {"class": "BertTextClassifier", "config": {}}, {"class": "Tokenizer"}, "bert", 1],
)
def test_the_kind_hub_is_not_made_from_a_preset(architecture) -> None:
    config = {"kind": "hub", "name": "x", "weights": "hf://user/model", "options": {}}
    with pytest.raises(ValueError, match=r"architecture.*Received: "):
        backbone_from_config({**config, "architecture": architecture})


@pytest.mark.parametrize("config", [None, "mobilenet_v2", {"kind": "path"}, {"kind": ["hub"]}])
def test_another_kind_is_refused(config) -> None:
    with pytest.raises(ValueError, match="Received: "):
        backbone_from_config(config)


@pytest.mark.parametrize("name", ["function keras.utils.get_file", "SavedModel", "lambda"])
@pytest.mark.parametrize("place", ["augmentation", "preprocessing", "model", "model.keras"])
def test_a_saved_recipe_names_nothing_that_runs(name: str, place: str, run: Path) -> None:
    hostile = KERAS3[name]
    if place == "model.keras":
        change_config(
            run / place, lambda config: every_layer(config, "Conv2D")[0].update(x=hostile)
        )
    elif place == "augmentation":
        change_recipe(run, lambda described: described["config"].update(augmentation=hostile))
    else:
        change_recipe(run, lambda each: each["config"]["backbone"].update({place: hostile}))
    with pytest.raises(RefusedModelError, match=r"Received: .*run'$"):
        ktl.load(run)


@pytest.mark.parametrize("place", ["recipe.json", "model.keras"])
@pytest.mark.parametrize("size", [2_000_000_000, 900_000])
def test_a_layer_larger_than_the_file_is_refused(place: str, size: int, run: Path) -> None:
    def enlarge(config):
        for layer in every_layer(config, "Conv2D"):
            layer["filters"] = size

    if place == "model.keras":
        change_config(run / place, enlarge)
    else:
        change_recipe(run, enlarge)
    with pytest.raises(RefusedModelError, match=r"makes weights of .* MB.*Received: .*run'$"):
        ktl.load(run)


def test_a_named_pipe_is_not_opened(run: Path) -> None:
    (run / "model.keras").unlink()
    os.mkfifo(run / "model.keras")
    for read in (lambda: ktl.load(run), lambda: ktl.load_model(run / "model.keras")):
        with pytest.raises(ValueError, match=r"regular files.*Received: a named pipe"):
            read()
    with pytest.raises(ValueError, match=r"regular file.*Received: "):
        ktl.backbone(run / "model.keras")


def test_an_unchanged_recipe_is_loaded(run: Path) -> None:
    assert ktl.load(run).class_names == ("a", "b")


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"\xff", b"[" * 100_000, b'{"format": 1}'])
@pytest.mark.parametrize("name", ["recipe.json", "model.keras"])
def test_a_damaged_file_is_named(name: str, content: bytes, run: Path) -> None:
    (run / name).write_bytes(content)
    with pytest.raises(ValueError, match=rf"{name} is damaged: .*Received: .*{name}'$"):
        ktl.load(run)


@pytest.mark.parametrize("size", [[100_000, 100_000], [tiny.SIZE, tiny.SIZE + 1]])
def test_images_are_not_made_larger_than_the_model_takes_them(size, run: Path) -> None:
    change_recipe(run, lambda described: described["config"].update(image_size=size))
    with pytest.raises(ValueError, match=r"not saved together.*Received: image_size="):
        ktl.load(run)
