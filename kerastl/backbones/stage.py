"""Layer that holds one named stage of a backbone."""

from typing import Any

import keras


@keras.saving.register_keras_serializable(package="kerastl")
class Stage(keras.layers.Layer):
    """Hold a named run of a backbone's layers, frozen or trained as one.

    While `trainable` is False the layers inside run in inference mode whatever the caller
    asks for: BatchNorm statistics do not move and dropout is off. Setting `trainable=False`
    on a nested Keras model alone does not give that: dropout stays active, and a
    `training=False` given when the graph was made is overridden inside `fit`.

    Args:
        model: Functional model with the stage's layers.
        name: The stage's name, unique within its backbone.
        **kwargs: Further arguments of `keras.layers.Layer`, such as `trainable`.

    Example:

    >>> import keras
    >>> pixels = keras.Input((8, 8, 3))
    >>> inner = keras.Model(pixels, keras.layers.BatchNormalization()(pixels))
    >>> stage = Stage(inner, name="stem")
    >>> stage.trainable = False
    >>> len(stage.trainable_variables)
    0
    """

    def __init__(self, model: keras.Model, name: str, **kwargs: Any) -> None:
        super().__init__(name=name, **kwargs)
        self.model = model

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        """Run the stage's layers, in inference mode while the stage is frozen."""
        return self.model(inputs, training=training if self.trainable else False)

    def compute_output_spec(self, inputs: Any, training: bool | None = None) -> Any:
        """Return shape and dtype of the outputs."""
        return self.model.compute_output_spec(inputs)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of this stage."""
        model = keras.saving.serialize_keras_object(self.model)
        for entry in model["config"]["layers"]:
            # A layer without a build() of its own is made by its first call. Given a build
            # configuration, Keras would call the empty build() and leave it half-made.
            layer = next(each for each in self.model.operations if each.name == entry["name"])
            if getattr(type(layer), "build", None) is keras.layers.Layer.build:
                entry.pop("build_config", None)
        return {**super().get_config(), "model": model}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Stage":
        """Make a stage from what `get_config` returned."""
        model = keras.saving.deserialize_keras_object(config["model"])
        return cls(**{**config, "model": model})
