"""Divide a model into its frozen part, whose features can be cached, and the rest."""

from dataclasses import dataclass
from typing import Any

import keras

from kerastl.backbones.graph import nodes_in_order, replay
from kerastl.backbones.stage import Stage


@dataclass(frozen=True)
class Boundary:
    """A frozen part and a rest, two models that share the layers of the original.

    Attributes:
        prefix: The frozen part. It returns by name the tensors that the rest reads: outputs of
            frozen stages, pooled if only pooled ones are read, and inputs of the model that are
            read again. Its output for an example does not change while the rest trains.
        suffix: The rest, from those tensors to the model's output.
        stages: Names of the stages in the prefix.
    """

    prefix: keras.Model
    suffix: keras.Model
    stages: tuple[str, ...]

    def names(self, tensors: list[Any]) -> list[str]:
        """Return the names of some of the model's tensors in the output of the prefix."""
        given = {id(tensor): name for name, tensor in self.prefix.output.items()}
        return [given[id(tensor)] for tensor in tensors]

    @property
    def saves_work(self) -> bool:
        """Whether running the prefix costs more than reading its cached features.

        It does if a stage in it has a layer with a kernel; looking up embeddings is cheap.
        """
        return any(
            hasattr(layer, "kernel")
            for stage in self.stages
            for layer in self.prefix.get_layer(stage)._flatten_layers(include_self=False)
        )


def divide(model: keras.Model) -> Boundary | None:
    """Divide a model after its frozen part.

    The prefix holds the operations whose output for an example does not change during a phase:
    frozen stages, and layers without weights and randomness, if all their inputs are such outputs.

    Args:
        model: A model made of stages with its trainable part set; see `train_only`.

    Returns:
        The two parts, or None if no stage is frozen.

    Example:

    ```python
    train_only(recipe.model, "last:1")
    divide(recipe.model).stages  # all but the last
    ```
    """
    fixed = {id(tensor) for tensor in model.inputs}
    before, after = [], []
    for node in nodes_in_order(model):
        same = all(id(tensor) in fixed for tensor in node.input_tensors)
        if same and _is_fixed(node.operation):
            before.append(node)
            fixed |= {id(tensor) for tensor in node.output_tensors}
        else:
            after.append(node)
    stages = [node.operation.name for node in before if isinstance(node.operation, Stage)]
    if not stages:
        return None
    crossing = {
        id(tensor): tensor for node in after for tensor in node.input_tensors if id(tensor) in fixed
    }
    names = _names(model, crossing)
    prefix = keras.Model(
        model.inputs, {names[key]: tensor for key, tensor in crossing.items()}, name="prefix"
    )
    fresh = {
        key: keras.Input(batch_shape=tensor.shape, dtype=tensor.dtype, name=names[key])
        for key, tensor in crossing.items()
    }
    made = replay(after, fresh)
    suffix = keras.Model(
        {names[key]: tensor for key, tensor in fresh.items()},
        made[id(model.outputs[0])],
        name="suffix",
    )
    return Boundary(prefix, suffix, tuple(stages))


def _is_fixed(operation: Any) -> bool:
    if isinstance(operation, Stage):
        return not operation.trainable
    # The state of a random generator is a variable, too.
    return not getattr(operation, "variables", ())


def _names(model: keras.Model, crossing: dict[int, Any]) -> dict[int, str]:
    names = {id(tensor): tensor.name for tensor in model.inputs}
    for number, (key, tensor) in enumerate(crossing.items()):
        # The number comes first because Keras sorts by name: pooling_10 sorts before pooling_9, and
        # in another order cached features would not be found again.
        names.setdefault(key, f"{number:04d}_{tensor._keras_history.operation.name}")
    return names
