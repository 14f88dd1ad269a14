"""Model files that name code, or declare more than they store."""

import json
import zipfile
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from tests.security.hostile_configs import layer


def functional(*layers: dict[str, Any], last: str) -> dict[str, Any]:
    """A functional model of Keras 2 with one input, `x`."""
    pixels = layer("InputLayer", config={"batch_input_shape": [None, 8, 8, 3], "name": "x"})
    parts = [{**pixels, "name": "x", "inbound_nodes": []}, *layers]
    return layer(
        "Functional",
        config={
            "name": "model",
            "layers": parts,
            "input_layers": [["x", 0, 0]],
            "output_layers": [[last, 0, 0]],
        },
    )


def calls_a_function(symbol: str, argument: str) -> dict[str, Any]:
    """A model of Keras 2 that calls a TensorFlow function on a text."""
    op = layer("TFOpLambda", config={"name": "op", "function": symbol}, name="op")
    op["inbound_nodes"] = [["_CONSTANT_VALUE", -1, argument, {}]]
    same = layer("Activation", config={"name": "same", "activation": "relu"}, name="same")
    same["inbound_nodes"] = [[["x", 0, 0, {}]]]
    return functional(op, same, last="same")


def write_h5(path: Path, config: dict[str, Any], version: str = "2.15.0") -> Path:
    """Write a whole model without weights."""
    with h5py.File(path, "w") as file:
        file.attrs["model_config"] = json.dumps(config)
        file.attrs["keras_version"] = version
        file.attrs["backend"] = "tensorflow"
        group = file.create_group("model_weights")
        names = [each["name"] for each in config["config"]["layers"]]
        group.attrs["layer_names"] = np.array(names, "S")
        for name in names:
            group.create_group(name).attrs["weight_names"] = np.array([], "S")
    return path


def write_keras(path: Path, config: dict[str, Any], version: str = "3.8.0") -> Path:
    """Write an archive without weights."""
    weights = path.with_name("model.weights.h5")
    with h5py.File(weights, "w"):
        pass
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("metadata.json", json.dumps({"keras_version": version}))
        archive.writestr("config.json", json.dumps(config))
        archive.write(weights, weights.name)
    weights.unlink()
    return path


def write_saved_model(path: Path, config: dict[str, Any]) -> Path:
    """Write the description of layers that a SavedModel of Keras 2 has, and no graph."""
    from tf_keras.protobuf import saved_metadata_pb2

    path.mkdir()
    (path / "saved_model.pb").write_bytes(b"")
    described = saved_metadata_pb2.SavedMetadata()
    described.nodes.add(node_id=0, node_path="root", metadata=json.dumps(config))
    (path / "keras_metadata.pb").write_bytes(described.SerializeToString())
    return path


def change_config(archive: Path, change: Any) -> None:
    """Rewrite an archive after `change` was called with its configuration."""
    with zipfile.ZipFile(archive) as read:
        members = {each.filename: read.read(each) for each in read.infolist()}
    config = json.loads(members["config.json"])
    change(config)
    members["config.json"] = json.dumps(config).encode()
    with zipfile.ZipFile(archive, "w") as written:
        for name, content in members.items():
            written.writestr(name, content)


def every_layer(config: Any, class_name: str) -> list[dict[str, Any]]:
    """Find the configurations of a class of layers at any depth."""
    if isinstance(config, list):
        return [found for each in config for found in every_layer(each, class_name)]
    if not isinstance(config, dict):
        return []
    found = [each for value in config.values() for each in every_layer(value, class_name)]
    return [config["config"], *found] if config.get("class_name") == class_name else found
