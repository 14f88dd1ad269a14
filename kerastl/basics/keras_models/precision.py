"""Copy a model for another precision, such as a float32 copy of a mixed-precision model."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from kerastl.basics.keras_models.keras_settings import PRECISIONS
from kerastl.basics.suggest import unknown_name

if TYPE_CHECKING:
    import keras

_HALF = ("float16", "bfloat16")
_MIXED = ("mixed_float16", "mixed_bfloat16")


def check_precision(dtype: Any) -> None:
    """Raise a `ValueError` unless `dtype` names a dtype policy that recipes support."""
    if dtype not in PRECISIONS:
        raise unknown_name("dtype", dtype, PRECISIONS)


def check_float32_weights(model: keras.Model) -> None:
    """Raise a `ValueError` for a model with float weights that are not float32."""
    for weight in model.weights:
        if "float" in weight.dtype and weight.dtype != "float32":
            raise ValueError(
                f"Weights are trained in float32: make the model {model.name!r} again after "
                "keras.config.set_dtype_policy('float32') or, for faster training, "
                "'mixed_float16'. "
                f"Received: weight {weight.path!r} of type {weight.dtype!r}"
            )


def is_half(model: keras.Model) -> bool:
    """Return whether a layer of the model computes in float16 or bfloat16."""
    return any(each.compute_dtype in _HALF for each in model._flatten_layers(include_self=False))


def precision_of(config: Any) -> str:
    """Return the dtype policy that a serialized model was built under."""
    return next((name for name in _policies(config) if name in _MIXED), "float32")


def model_precision(model: keras.Model) -> str:
    """Return the dtype policy that a model was built under."""
    names = (layer.dtype_policy.name for layer in model._flatten_layers(include_self=False))
    return next((name for name in names if name in _MIXED), "float32")


@contextmanager
def built_in(dtype: str) -> Iterator[None]:
    """Set Keras's global dtype policy inside the block.

    A layer that makes layers inside its constructor does not store their policy: they get the
    global one when it is loaded.
    """
    import keras

    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(dtype)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def in_precision(config: Any, dtype: str) -> Any:
    """Return a serialized model, or a part of one, with another dtype policy for its layers.

    Layers in 16 bits get the policy. If there are none, all layers get it. So a layer that is
    fixed to float32 in a mixed-precision model stays as it is.

    Args:
        config: Plain values, as `keras.saving.serialize_keras_object` returns them.
        dtype: Name of a dtype policy.
    """
    held = set(_policies(config))
    return _replaced(config, held & {*_HALF, *_MIXED} or held, dtype)


def copy_in_precision(model: keras.Model, dtype: str) -> keras.Model:
    """Copy a model with its weights for another precision.

    Args:
        model: A built model. Its weights are float32, as they are under mixed precision.
        dtype: Name of a dtype policy.

    Returns:
        A model that shares nothing with the given one.

    Raises:
        TypeError: If Keras cannot make a layer from its configuration.
    """
    import keras

    config = in_precision(keras.saving.serialize_keras_object(model), dtype)
    # The loss and optimizer of the last phase.
    config.pop("compile_config", None)
    with built_in(dtype):
        copy = keras.saving.deserialize_keras_object(config)
    copy_weights(model, copy)
    return copy


def copy_weights(source: keras.Model, target: keras.Model) -> None:
    """Copy all variables to a model with the same layers."""
    import keras

    for new, old in zip(target.variables, source.variables, strict=True):
        # A copy of its own: on JAX a training step takes the buffers of what it trains.
        new.assign(keras.ops.copy(old))
    for layer in target._flatten_layers():
        # Normalization copies its weights into plain tensors only when finalized.
        if hasattr(layer, "finalize_state"):
            layer.finalize_state()


def _policies(config: Any) -> list[str]:
    if isinstance(config, list | tuple):
        return [name for each in config for name in _policies(each)]
    if not isinstance(config, dict):
        return []
    if _is_policy(config):
        return [config["config"]["name"]]
    return [name for each in config.values() for name in _policies(each)]


def _replaced(config: Any, old: set[str], new: str) -> Any:
    if isinstance(config, list | tuple):
        return type(config)(_replaced(each, old, new) for each in config)
    if not isinstance(config, dict):
        return config
    if _is_policy(config):
        name = config["config"]["name"]
        return {**config, "config": {"name": new if name in old else name}}
    return {
        # The type of a tensor inside the graph: float32 holds the numbers of both.
        key: "float32" if key == "dtype" and value in _HALF else _replaced(value, old, new)
        for key, value in config.items()
    }


def _is_policy(config: dict[str, Any]) -> bool:
    return config.get("class_name") == "DTypePolicy" and "name" in config.get("config", {})
