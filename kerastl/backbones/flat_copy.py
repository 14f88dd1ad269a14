"""Copy a user's own model with nested models flattened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kerastl.basics.keras_models.precision import check_float32_weights, copy_weights

if TYPE_CHECKING:
    import keras


def functional(model: Any) -> keras.Model:
    """Return a model unchanged; raise a `ValueError` unless it is functional or sequential."""
    import keras

    is_graph = hasattr(model, "_nodes_by_depth") or getattr(model, "_functional", None)
    if not isinstance(model, keras.Model) or not is_graph:
        raise ValueError(
            "A backbone is a name, a path, or a functional or sequential Keras model that has "
            "been built; wrap another as keras.Model(inputs, model(inputs)). "
            f"Received: {model!r}"
        )
    return model


def _check_layers(model: keras.Model) -> None:
    import keras

    for layer in model._flatten_layers(include_self=False):
        if isinstance(layer, keras.layers.Lambda):
            raise ValueError(
                "The model has a Lambda layer, whose Python code cannot be saved. If it scales "
                "pixels, make the model without it and pass preprocessing='tf', 'torch', 'caffe' "
                "or a PixelScaling layer. Otherwise replace it by a layer that is registered with "
                "keras.saving.register_keras_serializable. "
                f"Received: Lambda layer {layer.name!r} in model {model.name!r}"
            )


def flat_copy(model: keras.Model) -> keras.Model:
    """Copy a model with its weights, nested models flattened."""
    import keras

    _check_layers(functional(model))
    check_float32_weights(model)
    try:
        copy = keras.models.clone_model(model)
    except (NotImplementedError, TypeError) as error:
        reason = str(error).partition("Exception encountered: ")[2] or str(error)
        raise ValueError(
            f"The model {model.name!r} cannot be copied: register its own classes and functions "
            "with keras.saving.register_keras_serializable. A class needs a get_config() that "
            "returns the arguments of its constructor, which also takes **kwargs for those of "
            f"keras.layers.Layer. Received: {reason.partition(' Full object config')[0]}"
        ) from error
    copy_weights(model, copy)
    return _replayed(copy, [tuple(each.shape[1:]) for each in copy.inputs])


def for_image_size(model: keras.Model, image_size: tuple[int, int]) -> keras.Model:
    """Return an image model for another image size; it shares the weights.

    Raises:
        ValueError: If a layer cannot take this size.
    """
    try:
        return _replayed(model, [(*image_size, 3)])
    except ValueError as error:
        raise ValueError(
            f"The model {model.name!r} cannot take images of this size, for example because a "
            f"Dense layer follows Flatten: {error} Received: image_size={image_size}"
        ) from error


def _replayed(model: keras.Model, shapes: list[tuple[int | None, ...]]) -> keras.Model:
    import keras

    from kerastl.backbones.graph import replay_flat

    inputs = [
        keras.Input(shape, dtype=old.dtype, name=old.name)
        for shape, old in zip(shapes, model.inputs, strict=True)
    ]
    return keras.Model(inputs, replay_flat(model, inputs), name=model.name)
