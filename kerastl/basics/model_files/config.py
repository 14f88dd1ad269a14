"""Check the configuration in a model file before Keras builds anything from it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from kerastl.basics.model_files.allowed_names import (
    ACTIVATIONS,
    CLASSES,
    DATA,
    FUNCTIONS,
    KERAS2_CLASSES,
    KERAS_HUB_FUNCTIONS,
    OPERATIONS,
    OPERATOR_LAYERS,
)
from kerastl.basics.model_files.calls import check_calls
from kerastl.basics.model_files.errors import (
    UnknownClassError,
    holds_code,
    refused,
    unknown_class,
    unknown_keras2_class,
)
from kerastl.basics.model_files.keras2_graph import check_keras2_graph

_NUMBERS = re.compile(r"bool|u?int(8|16|32|64)|b?float16|float(32|64)|complex(64|128)")
# Where the classes on the list are; Keras imports the module that a file names.
_MODULES = re.compile(
    r"builtins|(tf_)?keras(\.src)?(\.(activations|applications|constraints|dtype_policies|engine|initializers"
    r"|layers|losses|metrics|mixed_precision|models|ops|optimizers|quantizers|random"
    r"|regularizers)(\.\w+)*(?<!_test))?"
)
# Arguments of a tokenizer that may be the path of a file.
_FILES = ("vocabulary", "merges", "proto")
_OF_NETWORKS = ("keras_hub.src.models.", "keras_hub.src.layers.modeling.")
_OF_RAW_INPUTS = "keras_hub.src.layers.preprocessing."


def check_config(config: Any, source: str, *, raw_inputs: bool = False) -> None:
    """Check what Keras 3 would build from a configuration.

    Allowed are the layers, operations and functions of Keras on a list, the networks of
    keras-hub, and classes and functions that are registered with Keras in this process.

    Args:
        config: Plain values, as `keras.saving.serialize_keras_object` returns them.
        source: The file, for errors.
        raw_inputs: Whether tokenizers and image converters of keras-hub are allowed, without
            files that their configuration names. Defaults to False.

    Raises:
        RefusedModelError: If something else is named, or a layer is called on constants alone.
    """

    def check(item: dict[str, Any]) -> None:
        _check_keras3(item, source, raw_inputs)

    _walk(config, source, check)


def check_keras2_config(config: Any, source: str) -> None:
    """Check what tf-keras would build from a configuration of Keras 1 or 2.

    Allowed are layers and functions on a list. Of layers that call a TensorFlow function, only
    arithmetic whose first input is a tensor is allowed.

    Args:
        config: Plain values of JSON.
        source: The file, for errors.

    Raises:
        UnknownClassError: If a class is not on the list, and there is no other problem.
        RefusedModelError: If another function is named, or a layer is called on constants.
    """
    unknown: list[UnknownClassError] = []

    def check(item: dict[str, Any]) -> None:
        try:
            _check_keras2(item, source)
        except UnknownClassError as error:
            unknown.append(error)

    _walk(config, source, check)
    if unknown:
        raise unknown[0]


def _walk(config: Any, source: str, check: Callable[[dict[str, Any]], None]) -> None:
    pending = [config]
    while pending:
        value = pending.pop()
        if isinstance(value, list | tuple):
            pending.extend(value)
        if not isinstance(value, dict):
            continue
        if "class_name" in value:
            check(value)
        if "inbound_nodes" in value:
            check_calls(value, source)
        pending.extend(each for each in value.values() if isinstance(each, dict | list | tuple))


def _check_keras3(item: dict[str, Any], source: str, raw_inputs: bool) -> None:
    import keras

    name = item["class_name"]
    if _is_data(item, source):
        return
    is_function = name == "function"
    called = item.get("config") if is_function else name
    module = str(item.get("module") or "keras")
    keys = {str(called) if is_function else str(item.get("registered_name", name))}
    if "module" not in item:
        keys.add(str(called))
    if any("keras_hub" in each for each in (module, *keys)):
        import keras_hub  # noqa: F401 - registers its classes
    registered = (keras.saving.get_registered_object(key) for key in keys)
    found = [each for each in registered if each is not None]
    if found:
        if all(_may_be_made(each, item, raw_inputs) for each in found):
            return
        raise refused(f"{called!r} of {item.get('module')}", source)
    package = module.partition(".")[0]
    if is_function:
        called = str(called)
        known = called in FUNCTIONS and _MODULES.fullmatch(module) is not None
        if not known and not (module == "builtins" and _is_registered_under_a_longer_name(called)):
            raise refused(f"function '{module}.{called}'", source)
        return
    if package == "kerastl" and str(item.get("registered_name")).startswith("kerastl>"):
        # Keras finds it only once kerastl has imported and so registered it.
        return
    if package != "keras" or not _MODULES.fullmatch(module):
        raise unknown_class(f"{module}.{name}", source)
    is_operation = module.startswith("keras.src.ops.") and name in OPERATIONS
    if name not in CLASSES and not is_operation:
        raise unknown_class(name, source)


def _may_be_made(found: Any, item: dict[str, Any], raw_inputs: bool) -> bool:
    """Whether a registered class or function may be made from a file."""
    import keras

    package = str(getattr(found, "__module__", "")).partition(".")[0]
    if package in ("keras", "tensorflow"):
        return found.__name__ in CLASSES or found.__name__ in FUNCTIONS
    if package != "keras_hub":
        # Registered by kerastl, or by the user's own code.
        return True
    if not isinstance(found, type):
        return str(item.get("config")) in KERAS_HUB_FUNCTIONS
    import keras_hub

    if not issubclass(found, keras.Layer) or issubclass(found, keras_hub.models.Task):
        return False
    if any(base.__module__.startswith(_OF_RAW_INPUTS) for base in found.__mro__):
        config = item.get("config")
        named = [key for key in _FILES if isinstance(config, dict) and config.get(key) is not None]
        return raw_inputs and not named
    return found.__module__.startswith(_OF_NETWORKS)


def _is_registered_under_a_longer_name(name: str) -> bool:
    """Whether the user registered a function that Keras up to 3.6 saved by its short name."""
    import keras

    found = [
        each
        for key, each in keras.saving.get_custom_objects().items()
        if key.endswith(f">{name}") and ">" not in name
    ]
    return bool(found) and all(_may_be_made(each, {"config": name}, False) for each in found)


def _check_keras2(item: dict[str, Any], source: str) -> None:
    name, config = item["class_name"], item.get("config")
    if _is_data(item, source):
        return
    if name == "TypeSpec":
        if item.get("type_spec") != "tf.TensorSpec":
            raise refused(f"type {item.get('type_spec')!r}", source)
        return
    if not _MODULES.fullmatch(str(item.get("module") or "keras")):
        raise refused(f"'{item['module']}.{config if name == 'function' else name}'", source)
    if name == "function":
        if not isinstance(config, str) or config not in FUNCTIONS:
            raise refused(f"function {config!r}", source)
    elif name in OPERATOR_LAYERS:
        function = config.get("function") if isinstance(config, dict) else None
        if not isinstance(function, str) or function not in OPERATOR_LAYERS[name]:
            raise refused(f"TensorFlow function {function!r}", source)
    elif name not in KERAS2_CLASSES:
        raise unknown_keras2_class(name, source)
    elif item.get("registered_name") not in (None, name):
        raise unknown_keras2_class(item["registered_name"], source)
    else:
        _check_names_inside(name, config, source)


def _is_data(item: dict[str, Any], source: str) -> bool:
    """Whether an item is a value that JSON has no type for; raise an error for a lambda."""
    name = item["class_name"]
    if name in ("Lambda", "__lambda__"):
        raise holds_code(source)
    if not isinstance(name, str):
        raise refused(f"class {name!r}", source)
    if name not in DATA:
        return False
    config = item.get("config")
    dtype = config.get("dtype") if isinstance(config, dict) else None
    if dtype is not None and not _NUMBERS.fullmatch(str(dtype)):
        raise refused(f"a tensor of type {dtype!r}", source)
    return True


def _check_names_inside(name: str, config: Any, source: str) -> None:
    """Check the activations and the graph of a layer of Keras 2."""
    if not isinstance(config, dict):
        return
    for key, value in config.items():
        # Keras 2 also finds other functions of its module of activations by name.
        is_activation = isinstance(value, str) and key.rpartition("_")[2] == "activation"
        if is_activation and value not in ACTIVATIONS and value not in KERAS2_CLASSES:
            raise refused(f"activation {value!r}", source)
    if name in ("Functional", "Model") and "layers" in config:
        check_keras2_graph(config, source)
