"""Where the frozen part of a model ends: what can be computed once, and what trains."""

from dataclasses import dataclass
from typing import Any

import keras

from kerastl.backbones.graph import nodes_in_order, replay
from kerastl.backbones.stage import Stage


@dataclass(frozen=True)
class Boundary:
    """A model in two parts that share its layers.

    Attributes:
        prefix: From the model's inputs to the tensors that cross the boundary, by name: what
            frozen stages give, pooled where only that is needed, and inputs that are read again
            later. Always the same for the same example.
        suffix: From those tensors to the model's output.
        stages: Names of the stages in the prefix.
    """

    prefix: keras.Model
    suffix: keras.Model
    stages: tuple[str, ...]

    def names(self, tensors: list[Any]) -> list[str]:
        """Return the names by which the prefix gives some of the model's tensors."""
        given = {id(tensor): name for name, tensor in self.prefix.output.items()}
        return [given[id(tensor)] for tensor in tensors]

    @property
    def saves_work(self) -> bool:
        """Whether computing the prefix costs more than reading what it gave.

        Looking up embeddings does not; a layer that multiplies does.
        """
        return any(
            hasattr(layer, "kernel")
            for stage in self.stages
            for layer in self.prefix.get_layer(stage)._flatten_layers(include_self=False)
        )


def divide(model: keras.Model) -> Boundary | None:
    """Divide a model where its frozen part ends.

    An operation belongs to the prefix if it gives the same for the same example throughout a
    phase: a frozen stage, or a layer with neither weights nor randomness, fed by such alone.

    Args:
        model: A model made of stages, with what trains made trainable; see `train_only`.

    Returns:
        The two parts, or None where no stage is frozen.

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
    # The state of a random generator counts as a variable, too.
    return not getattr(operation, "variables", ())


def _names(model: keras.Model, crossing: dict[int, Any]) -> dict[int, str]:
    names = {id(tensor): tensor.name for tensor in model.inputs}
    for number, (key, tensor) in enumerate(crossing.items()):
        # The number first: Keras sorts by name, and layers that it has named itself would change
        # places between pooling_9 and pooling_10, by which kept features are not found again.
        names.setdefault(key, f"{number:04d}_{tensor._keras_history.operation.name}")
    return names
