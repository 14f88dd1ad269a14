import contextlib
import zipfile
from pathlib import Path

import keras
import pytest

import kerastl as ktl
from kerastl.basics.model_files.errors import RefusedModelError
from tests.security.hostile_configs import KERAS3
from tests.security.hostile_files import (
    calls_a_function,
    functional,
    write_h5,
    write_keras,
    write_saved_model,
)


@pytest.fixture
def victim(tmp_path: Path) -> Path:
    """A directory that a hostile file tries to delete."""
    folder = tmp_path / "victim"
    folder.mkdir()
    (folder / "file").touch()
    return folder


def test_tf_keras_alone_would_run_the_function(victim: Path, tmp_path: Path) -> None:
    tf_keras = pytest.importorskip("tf_keras")
    file = write_h5(tmp_path / "a.h5", calls_a_function("io.gfile.rmtree", str(victim)))
    with contextlib.suppress(Exception):  # after the effect, Keras has no result to go on with
        tf_keras.models.load_model(file, compile=False)
    assert not victim.exists()


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("a.h5", write_h5),
        ("a.hdf5", write_h5),
        ("a.keras", lambda path, config: write_keras(path, config, version="2.15.0")),
        ("a.keras", write_keras),
        ("a", write_saved_model),
    ],
)
def test_a_function_in_a_model_of_keras_2_does_not_run(
    name: str, write, victim: Path, tmp_path: Path
) -> None:
    pytest.importorskip("tf_keras")
    config = calls_a_function("io.gfile.rmtree", str(victim))
    write(tmp_path / name, config)
    with pytest.raises(ValueError, match="not loaded"):
        ktl.backbone(tmp_path / name, preprocessing="none")
    assert (victim / "file").exists()


@pytest.mark.parametrize("read", [ktl.backbone, ktl.load_model])
def test_a_function_in_a_model_of_keras_3_is_not_found(read, tmp_path: Path) -> None:
    hostile = KERAS3["function keras.utils.get_file"]
    model = keras.Sequential([keras.Input((8, 8, 3)), keras.layers.Conv2D(2, 3)], name="model")
    config = keras.saving.serialize_keras_object(model)
    config["config"]["layers"][1]["config"]["activation"] = hostile
    file = write_keras(tmp_path / "a.keras", config)
    keras.config.enable_unsafe_deserialization()
    try:
        with pytest.raises(RefusedModelError, match=r"Received: function 'keras\.utils\.get_file'"):
            read(file)
    finally:
        from keras.src.backend.common import global_state

        global_state.set_global_attribute("safe_mode_saving", None)


def test_an_unknown_class_of_keras_2_is_named(tmp_path: Path) -> None:
    other = {"class_name": "Other", "config": {"name": "o"}, "name": "o"}
    other["inbound_nodes"] = [[["x", 0, 0, {}]]]
    file = write_h5(tmp_path / "a.h5", functional(other, last="o"))
    with pytest.raises(RefusedModelError, match="Received: class 'Other' in "):
        ktl.backbone(file)


@pytest.mark.parametrize("content", ["{}", "[]", "{", "[" * 100_000, '{"config": 1}'])
def test_a_damaged_configuration_is_named(content: str, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.keras", "w") as archive:
        archive.writestr("metadata.json", '{"keras_version": "3.8.0"}')
        archive.writestr("config.json", content)
    with pytest.raises(ValueError, match=r"Received: '.*a\.keras'$"):
        ktl.backbone(tmp_path / "a.keras")
