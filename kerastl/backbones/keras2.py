"""Load model files: Keras 3 directly, Keras 2 through tf-keras."""

from __future__ import annotations

import json
import zipfile
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kerastl.backbones.foreign_graph.checked_saved_model import checked_saved_model
from kerastl.backbones.tensor_sizes import check_output_sizes, check_tensor_sizes
from kerastl.basics.files.damaged import ExplainedError, reading
from kerastl.basics.files.json_file import parse_json
from kerastl.basics.files.regular_file import read_regular
from kerastl.basics.files.scratch import scratch_folder
from kerastl.basics.model_files.config import check_config, check_keras2_config
from kerastl.basics.model_files.errors import RefusedModelError, UnknownClassError
from kerastl.basics.model_files.stored_size import check_stored_size
from kerastl.basics.model_files.weights_limit import weights_limit

if TYPE_CHECKING:
    import keras

_TOLERANCE = 1e-4


def load_model_file(path: Path) -> keras.Model:
    """Load a whole model from a file or directory.

    A Keras 2 model is read by tf-keras and converted to Keras 3; both then run on the same random
    input. A SavedModel with layers that Keras 3 cannot load becomes a single layer that is never
    trained; see `FrozenGraph`.

    Args:
        path: A `.keras` or `.h5` file of Keras 2 or 3, or a SavedModel directory.

    Returns:
        The Keras 3 model with its weights.

    Raises:
        ValueError: The file holds no whole model, names code (a Lambda layer) or functions that
            do more than compute, declares more weights than it stores, or the converted model
            has other outputs.
        ImportError: tf-keras is needed and not installed.
    """
    import keras

    if (path / "saved_model.pb").is_file() and not (path / "keras_metadata.pb").is_file():
        return _wrapped(path)
    if not path.is_dir() and not path.is_file():
        raise ValueError(
            "A model is read from a regular file, not from a named pipe, socket or device. "
            f"Received: {str(path)!r}"
        )
    stored = check_stored_size(path) if path.is_file() else 0
    is_keras2, configs = _inspected(path)
    try:
        (check_keras2_config if is_keras2 else check_config)(configs, str(path))
    except UnknownClassError:
        if path.is_dir():
            return _wrapped(path)
        raise
    if is_keras2:
        stored = stored or check_stored_size(path)
        with weights_limit(_tf_keras(path).layers.Layer, stored, str(path)):
            return _carried_over(path)
    with reading(path, what="Keras cannot load the model"):
        with weights_limit(keras.Layer, stored, str(path)):
            model = keras.saving.load_model(path, compile=False, safe_mode=True)
        check_output_sizes(model, str(path))
        return model


def _inspected(path: Path) -> tuple[bool, list[Any]]:
    """Return what `_inspect` does, and name a file that is damaged."""
    with reading(path):
        is_keras2, configs = _inspect(path)
    # The model is not compiled.
    left_out = ("compile_config", "training_config")
    return is_keras2, [
        {key: value for key, value in config.items() if key not in left_out}
        for config in configs
        if isinstance(config, dict)
    ]


def _inspect(path: Path) -> tuple[bool, list[Any]]:
    """Return whether Keras 2 wrote a model, and the configurations of its layers."""
    import h5py

    problem = "neither a .keras nor an .h5 file nor a SavedModel"
    if (path / "keras_metadata.pb").is_file():
        _tf_keras(path)
        from tf_keras.protobuf import saved_metadata_pb2

        file = path / "keras_metadata.pb"
        with reading(file):
            nodes = saved_metadata_pb2.SavedMetadata.FromString(read_regular(file)).nodes
            return True, [parse_json(node.metadata) for node in nodes]
    if path.suffix == ".keras" and zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            version = str(parse_json(archive.read("metadata.json"))["keras_version"])
            return version.startswith("2."), [parse_json(archive.read("config.json"))]
    if path.is_file() and h5py.is_hdf5(path):
        with h5py.File(path) as opened:
            if "model_config" in opened.attrs:
                version = _text(opened.attrs.get("keras_version", "2."))
                config = parse_json(_text(opened.attrs["model_config"]))
                return version.startswith(("1.", "2.")), [config]
        problem = "weights without a model; give the network's name and weights=<this path>"
    raise ExplainedError(
        f"No model can be read from this path: it is {problem}. Received: {str(path)!r}"
    )


def _tf_keras(path: Path) -> Any:
    try:
        import tf_keras
    except ImportError as error:
        raise ImportError(
            'Keras 2 models are read through tf-keras: pip install "kerastl[keras2]". '
            f"Received: {str(path)!r}"
        ) from error
    return tf_keras


def _wrapped(path: Path) -> keras.Model:
    from kerastl.backbones.frozen_graph import FrozenGraph

    return FrozenGraph.read(path)


def _carried_over(path: Path) -> keras.Model:
    import keras
    import numpy as np

    tf_keras = _tf_keras(path)
    try:
        with checked_saved_model(path) if path.is_dir() else nullcontext(path) as source:
            old = tf_keras.models.load_model(source, compile=False)
        with scratch_folder() as folder:
            file = folder / "model.h5"
            old.save(file, include_optimizer=False)
            _modernize(file)
            new = keras.saving.load_model(file, compile=False)
    except RefusedModelError:
        raise
    except (ImportError, MemoryError):
        raise
    except Exception as error:  # tf-keras raises many types for a damaged file
        if path.is_dir():
            return _wrapped(path)
        raise ValueError(
            f"The Keras 2 model cannot be converted to Keras 3: {type(error).__name__}: {error} "
            f"Received: {str(path)!r}"
        ) from error
    shape = [1 if size is None else size for size in old.inputs[0].shape]
    shape[1:-1] = [size if size > 1 else 64 for size in shape[1:-1]]
    check_tensor_sizes(old, shape, str(path))
    sample = np.random.default_rng(0).random(shape, np.float32)
    apart = np.abs(np.asarray(old(sample)) - np.asarray(keras.ops.convert_to_numpy(new(sample))))
    if apart.max() > _TOLERANCE:
        raise ValueError(
            f"The outputs of the Keras 2 model change under Keras 3, by up to {apart.max():.2g}. "
            f"Received: {str(path)!r}"
        )
    return new


def _modernize(file: Path) -> None:
    """Remove options that Keras 3 no longer has from a model's configuration."""
    import h5py

    def drop(item: Any) -> Any:
        if isinstance(item, list):
            return [drop(each) for each in item]
        if not isinstance(item, dict):
            return item
        kept = {key: drop(value) for key, value in item.items()}
        if item.get("class_name") == "DepthwiseConv2D":
            kept["config"].pop("groups", None)
        if "layers" in item and "output_layers" in item:
            _renumber(kept)
        return kept

    with h5py.File(file, "r+") as opened:
        config = drop(json.loads(_text(opened.attrs["model_config"])))
        opened.attrs["model_config"] = json.dumps(config)


def _renumber(graph: dict[str, Any]) -> None:
    """Count the calls of nested models from 0, as Keras 3 does.

    In Keras 2 the first call of a nested model has number 1, for its own graph has number 0.
    """
    kinds = {layer["name"]: layer["class_name"] for layer in graph["layers"]}
    nested = {name for name, kind in kinds.items() if kind in ("Functional", "Model", "Sequential")}
    nodes = [node for layer in graph["layers"] for node in layer["inbound_nodes"]]
    taken = [each for node in nodes for each in node if each[0] in nested]
    given = [each for each in _listed(graph["output_layers"]) if each[0] in nested]
    first: dict[str, int] = {}
    for name, number, *_ in [*taken, *given]:
        first[name] = min(number, first.get(name, number))
    for each in [*taken, *given]:
        each[1] -= first[each[0]]
    for each in given:
        # Only here, and not for a Sequential, does Keras 3 count as Keras 2 does.
        each[1] += kinds[each[0]] != "Sequential"


def _listed(outputs: Any) -> list[Any]:
    """Return references to outputs as a list, also for a single one."""
    if isinstance(outputs, dict):
        return [each for value in outputs.values() for each in _listed(value)]
    return [outputs] if outputs and isinstance(outputs[0], str) else list(outputs)


def _text(value: str | bytes) -> str:
    return value.decode("utf-8") if isinstance(value, bytes) else value
