"""Check that Keras can load a configuration in another process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kerastl.basics.model_files.config import check_config

_OWN = ("keras", "keras_hub", "kerastl")
"""Packages whose classes Keras and `kerastl.load` find by themselves."""
_REGISTER = "@keras.saving.register_keras_serializable()"


def loadable_config(serialize: Callable[[], Any], what: str) -> Any:
    """Return a configuration if Keras can load it again.

    Args:
        serialize: Returns plain values, as `keras.saving.serialize_keras_object` does.
        what: What is saved, as the error names it.

    Raises:
        ValueError: If an object has no configuration, a class or function is not registered, a
            registered class cannot be made from its configuration, or `kerastl.load` does not
            accept a class of Keras, such as one that reads files.
    """
    try:
        config = serialize()
    except (NotImplementedError, TypeError) as error:
        raise ValueError(
            f"{what} cannot be saved: give the class a get_config() method that returns the "
            f"arguments of its constructor, and register it with {_REGISTER}. "
            f"Received: {str(error).strip().splitlines()[0]}"
        ) from error
    _check(config, what, inside=what)
    # `kerastl.load` does not read the loss and optimizer.
    loaded = {key: value for key, value in config.items() if key != "compile_config"}
    check_config(loaded, what)
    return config


def _check(config: Any, what: str, inside: str) -> None:
    if isinstance(config, list | tuple):
        for each in config:
            _check(each, what, inside)
    if not isinstance(config, dict):
        return
    if "class_name" in config:
        _check_class(config, what, inside)
        if isinstance(config.get("config"), dict) and "name" in config["config"]:
            inside = f"{config['class_name']} {config['config']['name']!r}"
    for key, value in config.items():
        # `kerastl.load` does not read the loss and optimizer.
        if key != "compile_config":
            _check(value, what, inside)


def _check_class(config: dict[str, Any], what: str, inside: str) -> None:
    import keras

    if config["class_name"] == "__lambda__":
        raise ValueError(
            f"{what} has a `lambda`, which Keras does not load again: make it a function with a "
            f"name, and register it with {_REGISTER}. Received: a lambda in {inside}"
        )
    if "module" not in config:
        return
    package = str(config["module"]).partition(".")[0]
    is_function = config["class_name"] == "function"
    name = str(config["config"] if is_function else config["class_name"])
    registered = name if is_function else str(config.get("registered_name"))
    if keras.saving.get_registered_object(registered) is None:
        if package in _OWN or (is_function and _is_built_in(name)):
            return
        kind = "function" if is_function else "class"
        raise ValueError(
            f"{what} cannot be loaded without your code: register the {kind} {name!r} with "
            f"{_REGISTER}, which is possible now, and save again. Import it before loading. "
            f"Received: {kind} {name!r} in {inside}"
        )
    if is_function or registered.partition(">")[0] in _OWN:
        return
    try:
        keras.saving.deserialize_keras_object(config)
    except Exception as error:  # whatever the user's constructor raises
        raise ValueError(
            f"{what} cannot be loaded, because {name!r} cannot be made from its get_config(): "
            "the constructor must take what get_config() returns, and **kwargs for the arguments "
            f"of its base class. Received: {type(error).__name__}: {error}"
        ) from error


def _is_built_in(name: str) -> bool:
    import keras

    modules = (keras.activations, keras.initializers, keras.losses, keras.regularizers)
    return any(hasattr(module, name) for module in modules)
