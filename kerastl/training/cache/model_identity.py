"""Hashes of models and layers: equal for equal layers with equal weights."""

import hashlib
import json
import sys
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from types import FunctionType
from typing import Any

import keras
import numpy as np

from kerastl.backbones.graph import nodes_in_order
from kerastl.backbones.stage import Stage
from kerastl.version import __version__

# The version identifies the code of these packages.
_VERSIONED = {"keras", "keras_hub", "kerastl"}


class NotDescribableError(ValueError):
    """An object whose content cannot be hashed; the message is the reason."""


def model_identity(model: keras.Model) -> str:
    """Return a hash of what a functional model computes in inference mode.

    Layer names and `trainable` flags are left out. For layers from outside Keras and kerastl, also
    inside Keras layers, the hash covers the source file of the class.

    Args:
        model: The model.

    Returns:
        32 hexadecimal digits.

    Raises:
        NotDescribableError: If a layer has no configuration or no source, or is a function.
    """
    backend = keras.backend.backend()
    ours = [__version__, keras.version(), version("keras-hub")]
    described = {
        "versions": [*ours, backend, import_module(backend).__version__],
        "graph": _graph(model),
    }
    digest = hashlib.blake2b(json.dumps(described, sort_keys=True).encode(), digest_size=16)
    _add_weights(digest, model)
    return digest.hexdigest()


def outputs_in_order(model: keras.Model) -> list[str]:
    """Return the names of a model's outputs in the order of its graph, not of the names.

    Args:
        model: A model that returns a dictionary of tensors.
    """
    numbers = _numbers(model)
    given: dict[str, Any] = model.output
    return sorted(given, key=lambda name: numbers[id(given[name])])


def object_identity(thing: Any) -> str:
    """Return a hash of a layer outside a model, such as an augmentation.

    The hash covers class, configuration and weights.

    Raises:
        NotDescribableError: If it is not a Keras layer with a configuration.
    """
    if not isinstance(thing, keras.layers.Layer):
        raise NotDescribableError(f"{thing!r} is not a Keras layer")
    digest = hashlib.blake2b(json.dumps(_operation(thing), sort_keys=True).encode(), digest_size=16)
    _add_weights(digest, thing)
    return digest.hexdigest()


def without_names(config: Any) -> Any:
    """Return the configuration of Keras objects as plain values, without layer names.

    Raises:
        NotDescribableError: If it holds an object without a configuration.
    """
    return _plain(config, {})


def _add_weights(digest: Any, layer: Any) -> None:
    for weight in layer.weights:
        values = keras.ops.convert_to_numpy(weight)
        digest.update(f"{weight.name} {values.dtype.name} {values.shape} ".encode())
        digest.update(values.tobytes())


def _numbers(model: Any) -> dict[int, int]:
    tensors = [*model.inputs, *(t for node in nodes_in_order(model) for t in node.output_tensors)]
    return {id(tensor): number for number, tensor in enumerate(tensors)}


def _graph(model: Any) -> Any:
    model = getattr(model, "_functional", None) or model
    numbers = _numbers(model)
    operations: dict[int, int] = {}
    named = model.input if isinstance(model.input, dict) else {}
    steps = []
    for node in nodes_in_order(model):
        operation = node.operation
        again = operations.setdefault(id(operation), len(operations))
        arguments = _plain([node.arguments.args, node.arguments.kwargs], numbers)
        steps.append([again, _operation(operation), arguments])
    return {
        "inputs": [[list(t.shape[1:]), t.dtype] for t in model.inputs],
        "names": {name: numbers[id(tensor)] for name, tensor in named.items()},
        "steps": steps,
        "outputs": sorted(numbers[id(tensor)] for tensor in model.outputs),
    }


def _operation(operation: Any) -> Any:
    if isinstance(operation, Stage):
        return ["stage", _graph(operation.model)]
    if hasattr(operation, "_nodes_by_depth") or getattr(operation, "_functional", None):
        return ["model", _graph(operation)]
    _check_activations(operation)
    try:
        config = dict(keras.saving.serialize_keras_object(operation)["config"])
    except (NotImplementedError, TypeError, ValueError) as error:
        raise NotDescribableError(f"{operation!r} has no configuration") from error
    if not isinstance(operation, keras.layers.Layer):
        config.pop("name", None)  # Keras numbers the names of operations, too
    kind = type(operation)
    return [kind.__module__, kind.__qualname__, _source(kind.__module__), _plain(config, {})]


def _check_activations(operation: Any) -> None:
    # Keras writes only the name of a function, and a user's may have the name of one of Keras.
    for name in ("activation", "recurrent_activation"):
        function = getattr(operation, name, None)
        if isinstance(function, FunctionType):
            module = function.__module__
            if module != type(operation).__module__ and module.partition(".")[0] not in _VERSIONED:
                raise NotDescribableError(f"a Python function cannot be hashed: {function!r}")


def _source(module: str) -> str | None:
    if module.partition(".")[0] in _VERSIONED:
        return None
    file = getattr(sys.modules.get(module), "__file__", None)
    if file is None or not Path(file).is_file():
        raise NotDescribableError(f"the source of {module} is not known")
    return hashlib.blake2b(Path(file).read_bytes(), digest_size=16).hexdigest()


def _described(value: dict[str, Any], numbers: dict[int, int]) -> Any:
    """Return the serialized form of an object, with a hash of the source of its class."""
    name, module = value["class_name"], value.get("module", "keras")
    if name == "function":
        return _function(value.get("config"))
    if name == "__lambda__":
        raise NotDescribableError("a lambda cannot be hashed, since it may read other variables")
    if module is None:
        raise NotDescribableError(f"Keras cannot serialize {name}")
    # An object has a build configuration only after its first use.
    content = {k: _plain(v, numbers) for k, v in value.items() if k != "build_config"}
    return ["object", _source(module), content]


def _function(name: Any) -> Any:
    found = keras.saving.get_registered_object(name) if isinstance(name, str) else None
    if found is None or found.__module__.partition(".")[0] not in _VERSIONED:
        raise NotDescribableError(f"a Python function cannot be hashed: {name!r}")
    return ["function", name]


def _plain(value: Any, numbers: dict[int, int]) -> Any:
    if id(value) in numbers:
        return {"tensor": numbers[id(value)]}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list | tuple):
        return [_plain(each, numbers) for each in value]
    if isinstance(value, dict):
        if "class_name" in value:
            return _described(value, numbers)
        # Only layers have one of these and a name. The name of a dtype policy is its content.
        is_layer = "name" in value and not {"trainable", "layers"}.isdisjoint(value)
        left_out = {"name", "trainable"} if is_layer else set()
        return {k: _plain(v, numbers) for k, v in value.items() if k not in left_out}
    if isinstance(value, slice):
        return ["slice", _plain([value.start, value.stop, value.step], numbers)]
    if value is Ellipsis:
        return "..."
    if isinstance(value, np.generic | np.ndarray) or keras.ops.is_tensor(value):
        array = np.asarray(keras.ops.convert_to_numpy(value))
        return ["array", array.dtype.name, list(array.shape), array.tobytes().hex()]
    if isinstance(value, np.dtype):
        return value.name
    raise NotDescribableError(f"{value!r} cannot be hashed")
