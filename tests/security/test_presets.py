import json
from pathlib import Path
from typing import Any

import h5py
import pytest

from kerastl.backbones.hub.packing import TokenPacker
from kerastl.backbones.hub.presets import load_preset
from kerastl.basics.model_files.errors import RefusedModelError
from tests.security.hostile_configs import KERAS3, layer

BACKBONE = layer(
    "BertBackbone",
    module="keras_hub.src.models.bert.bert_backbone",
    registered_name="keras_hub>BertBackbone",
)
TOKENIZER = layer(
    "BertTokenizer",
    module="keras_hub.src.models.bert.bert_tokenizer",
    registered_name="keras_hub>BertTokenizer",
)


def preset(folder: Path, **configs: Any) -> Path:
    """Write a preset with a backbone, and other configurations by the name of their file."""
    for name, config in {"config": BACKBONE, **configs}.items():
        (folder / f"{name}.json").write_text(json.dumps(config))
    return folder


HOSTILE = {
    "config": {**BACKBONE, "config": {"activation": KERAS3["function keras.utils.get_file"]}},
    "tokenizer": {**TOKENIZER, "config": {"vocabulary": "/etc/passwd"}},
    "image_converter": KERAS3["SavedModel"],
    "preprocessor": {**TOKENIZER, "config": {"tokenizer": KERAS3["lambda"]}},
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_local_preset_is_checked_before_keras_hub_reads_it(name: str, tmp_path: Path) -> None:
    read: list[str] = []
    folder = preset(tmp_path, **{name: HOSTILE[name]})
    with pytest.raises(RefusedModelError, match=rf"Received: .*{name}\.json'$"):
        load_preset(read.append, str(folder), "a backbone")
    assert not read
    load_preset(read.append, str(preset(tmp_path, **{name: BACKBONE})), "a backbone")
    assert read == [str(folder)]


def test_the_weights_of_a_local_preset_are_inside_it(tmp_path: Path) -> None:
    read: list[str] = []
    with h5py.File(preset(tmp_path) / "model.weights.h5", "w") as file:
        file["kernel"] = h5py.ExternalLink("other.h5", "x")
    with pytest.raises(RefusedModelError, match="refers to another file"):
        load_preset(read.append, str(tmp_path), "a backbone")
    assert not read


def test_what_is_inside_a_configuration_without_a_class_is_checked(tmp_path: Path) -> None:
    read: list[str] = []
    inside = {"registered_name": "keras_hub>BertBackbone", "config": {"x": KERAS3["SavedModel"]}}
    (tmp_path / "config.json").write_text(json.dumps(inside))
    with pytest.raises(RefusedModelError, match=r"Received: .*config\.json'$"):
        load_preset(read.append, str(tmp_path), "a backbone")
    assert not read


@pytest.mark.parametrize("name", ["model.weights.json", "model.safetensors.index.json"])
@pytest.mark.parametrize("weights", ["../other.h5", "/etc/passwd", ["a.h5", "../b.h5"]])
def test_a_map_of_weights_names_files_inside(name: str, weights: Any, tmp_path: Path) -> None:
    (preset(tmp_path) / name).write_text(json.dumps({"weight_map": {"/": weights}}))
    with pytest.raises(RefusedModelError, match=r"must be inside its directory.*Received: "):
        load_preset(print, str(tmp_path), "a backbone")


def test_weights_under_another_name_are_checked(tmp_path: Path) -> None:
    inner = preset(tmp_path) / "inner"
    inner.mkdir()
    with h5py.File(inner / "part", "w") as file:
        file["kernel"] = h5py.ExternalLink("other.h5", "x")
    with pytest.raises(RefusedModelError, match="refers to another file"):
        load_preset(print, str(tmp_path), "a backbone")


NO_TOKENIZER = layer("Dense", module="keras.layers", config={"units": 1})


@pytest.mark.parametrize("config", [HOSTILE["tokenizer"], KERAS3["SavedModel"], NO_TOKENIZER])
def test_a_saved_tokenizer_reads_no_other_file(config, tmp_path: Path) -> None:
    (tmp_path / "packer.json").write_text('{"start": 1, "end": 2, "pad": 0}')
    (tmp_path / "tokenizer.json").write_text(json.dumps(config))
    with pytest.raises(ValueError, match=r"Received: "):
        TokenPacker.load(tmp_path)
