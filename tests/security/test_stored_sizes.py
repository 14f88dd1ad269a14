import zipfile
from pathlib import Path

import h5py
import keras
import numpy as np
import pytest

import kerastl as ktl
from kerastl.backbones.weights import load_weights_file
from kerastl.basics.model_files.errors import RefusedModelError
from kerastl.basics.model_files.stored_size import check_stored_size
from tests.security.hostile_configs import layer
from tests.security.hostile_files import functional, write_h5, write_keras

LARGE = 2_000_000_000


def declared(file: h5py.File, folder: Path) -> None:
    """A data set without content."""
    file.create_dataset("kernel", (LARGE,), "f4", chunks=(1024,))


def compressed(file: h5py.File, folder: Path) -> None:
    """Zeros that take almost no place."""
    zeros = np.zeros(30_000_000, "f4")
    file.create_dataset("kernel", data=zeros, chunks=(10_000_000,), compression="gzip")


def one_chunk(file: h5py.File, folder: Path) -> None:
    """A small data set in a large chunk."""
    file.create_dataset("kernel", (1,), "f4", maxshape=(None,), chunks=(LARGE // 10,))


def external(file: h5py.File, folder: Path) -> None:
    """The bytes of another file."""
    (folder / "secret").write_bytes(b"secret  ")
    file.create_dataset("kernel", (2,), "f4", external=[(str(folder / "secret"), 0, 8)])


def virtual(file: h5py.File, folder: Path) -> None:
    """The data set of another file."""
    layout = h5py.VirtualLayout((2,), "f4")
    layout[:] = h5py.VirtualSource(str(folder / "other.h5"), "x", (2,))
    file.create_virtual_dataset("kernel", layout)


def link(file: h5py.File, folder: Path) -> None:
    """A group of another file."""
    file.create_group("inner")["kernel"] = h5py.ExternalLink(str(folder / "other.h5"), "x")


def soft_link(file: h5py.File, folder: Path) -> None:
    """Another place in the file."""
    file["kernel"] = h5py.SoftLink("/kernel")


KINDS = [declared, compressed, one_chunk, external, virtual, link, soft_link]


@pytest.mark.parametrize("fill", KINDS)
def test_weights_that_a_file_does_not_hold_are_refused(fill, tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.weights.h5", "w") as file:
        fill(file, tmp_path)
    with zipfile.ZipFile(tmp_path / "a.keras", "w") as archive:
        archive.write(tmp_path / "a.weights.h5", "model.weights.h5")
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    for name in ("a.weights.h5", "a.keras"):
        with pytest.raises(RefusedModelError, match=r"The file is not read: .*Received: "):
            load_weights_file(model, tmp_path / name, what="a model")


@pytest.mark.parametrize("member", ["assets/a", "config.json", "model.weights.npz"])
def test_an_archive_that_unpacks_to_far_more_is_refused(member: str, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.keras", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        file.writestr(member, bytes(100_000_000))
    for read in (ktl.backbone, ktl.load_model):
        with pytest.raises(RefusedModelError, match=r"unpacks to 100 MB.*Received: "):
            read(tmp_path / "a.keras")


def test_an_archive_inside_an_archive_is_counted(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "w", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        file.writestr("kernel.npy", bytes(100_000_000))
    with zipfile.ZipFile(tmp_path / "a.keras", "w") as archive:
        archive.write(tmp_path / "w", "model.weights.npz")
    with pytest.raises(RefusedModelError, match="unpacks to 100 MB"):
        check_stored_size(tmp_path / "a.keras")


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_the_weights_of_a_model_are_counted(compression: int, tmp_path: Path) -> None:
    model = keras.Sequential([keras.Input((200,)), keras.layers.Dense(100)])
    model.save(tmp_path / "a.keras")
    model.save_weights(tmp_path / "b.weights.h5")
    with zipfile.ZipFile(tmp_path / "a.keras") as old:
        members = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(tmp_path / "c.keras", "w", compression) as new:
        for name, content in members.items():
            new.writestr(name, content)
    for name in ("a.keras", "b.weights.h5", "c.keras"):
        assert check_stored_size(tmp_path / name) == 4 * 100 * 201


def dense(name: str, units: int, after: str) -> dict:
    """A `Dense` layer of Keras 2."""
    made = layer("Dense", config={"name": name, "units": units}, name=name)
    return {**made, "inbound_nodes": [[[after, 0, 0, {}]]]}


@pytest.mark.parametrize("sizes", [(LARGE, 1), (60_000, 60_000)])
def test_a_layer_of_keras_2_is_not_made_larger_than_its_file(sizes, tmp_path: Path) -> None:
    pytest.importorskip("tf_keras")
    layers = [dense("a", sizes[0], "x"), dense("b", sizes[1], "a")]
    file = write_h5(tmp_path / "a.h5", functional(*layers, last="b"))
    with pytest.raises(RefusedModelError, match=r"makes weights of [\d,]+ MB, and .*Received: "):
        ktl.backbone(file, preprocessing="none")


@pytest.mark.parametrize("sizes", [(LARGE, 1), (60_000, 60_000)])
def test_a_layer_of_keras_3_is_not_made_larger_than_its_file(sizes, tmp_path: Path) -> None:
    layers = [keras.Input((8, 8, 3)), keras.layers.Dense(1), keras.layers.Dense(1)]
    config = keras.saving.serialize_keras_object(keras.Sequential(layers))
    for each, size in zip(config["config"]["layers"][1:], sizes, strict=True):
        each["config"]["units"] = size
        del each["build_config"]
    file = write_keras(tmp_path / "a.keras", config)
    with pytest.raises(RefusedModelError, match=r"makes weights of [\d,]+ MB, and .*Received: "):
        ktl.backbone(file, preprocessing="none")


def test_a_layer_without_weights_is_not_run_at_any_size(tmp_path: Path) -> None:
    up = layer("UpSampling2D", config={"name": "up", "size": [4000, 4000]}, name="up")
    up["inbound_nodes"] = [[["x", 0, 0, {}]]]
    old = write_h5(tmp_path / "a.h5", functional(up, last="up"))
    model = keras.Sequential([keras.Input((8, 8, 3)), keras.layers.UpSampling2D(4000)])
    new = write_keras(tmp_path / "a.keras", keras.saving.serialize_keras_object(model))
    for file in (old, new):
        with pytest.raises(RefusedModelError, match=r"more than 268 million numbers.*Received: "):
            ktl.backbone(file, preprocessing="none")
