"""Freeze and unfreeze stages of a model."""

from typing import Any

import keras

from kerastl.backbones.stage import Stage
from kerastl.basics.suggest import unknown_name
from kerastl.training.freezing.lora import matrices_in
from kerastl.training.phases.trainable_part import check_part


def stages(model: keras.Model) -> list[Stage]:
    """Return a model's stages, from input to output."""
    return [layer for layer in model.layers if isinstance(layer, Stage)]


def train_only(model: keras.Model, trains: str, freeze_batch_norm: bool = True) -> list[str]:
    """Make one part of a model trainable, and freeze all other stages.

    A frozen stage runs in inference mode: its batch normalization statistics do not change and
    its dropout is off. Compile the model afterwards: Keras fixes the trainable variables when it
    builds the training step.

    Args:
        model: A model made of stages and a head.
        trains: `"head"`, `"from:STAGE"`, `"last:N"`, `"all"` or, inside `low_rank_matrices`,
            `"lora"`, as in `Phase`.
        freeze_batch_norm: Whether batch normalization stays frozen in the stages that train, with
            gamma and beta. Ignored with `"lora"`, which always freezes it. Defaults to True.

    Returns:
        The names of the stages that train, in order.

    Raises:
        ValueError: If a stage is unknown, there are fewer than N, or there are no low-rank
            matrices.

    Example:

    ```python
    train_only(recipe.model, "last:2")
    ```
    """
    chain = stages(model)
    if trains == "lora":
        return _train_matrices(chain)
    first = _first_trained(chain, trains)
    for position, stage in enumerate(chain):
        # On TensorFlow, setting True again would not reach the layers inside the stage.
        stage.trainable = False
        stage.trainable = position >= first
        if stage.trainable and freeze_batch_norm:
            for layer in batch_norms(stage):
                layer.trainable = False
    return [stage.name for stage in chain[first:]]


def _train_matrices(chain: list[Stage]) -> list[str]:
    trained = []
    for stage in chain:
        matrices = {id(matrix) for matrix in matrices_in(stage)}
        stage.trainable = False
        stage.trainable = bool(matrices)
        if not matrices:
            continue
        trained.append(stage.name)
        for layer in batch_norms(stage):
            layer.trainable = False
        # For each weight: setting the layer's `trainable` would unfreeze its kernel as well.
        for weight in stage.weights:
            weight.trainable = id(weight) in matrices
    if not trained:
        raise ValueError(
            "There are no low-rank matrices to train outside of `low_rank_matrices`. Pass "
            "kerastl.Phase('lora') in the schedule of a recipe. Received: trains='lora'"
        )
    return trained


def _first_trained(chain: list[Stage], trains: str) -> int:
    check_part(trains)
    kind, _, argument = trains.partition(":")
    names = [stage.name for stage in chain]
    if kind == "head":
        return len(chain)
    if kind == "all":
        return 0
    if kind == "from":
        if argument not in names:
            raise unknown_name("stage", argument, names)
        return names.index(argument)
    if int(argument) > len(chain):
        raise ValueError(
            f"The backbone has {len(chain)} stages: {', '.join(names)}. Received: trains={trains!r}"
        )
    return len(chain) - int(argument)


def frozen_batch_norm(model: keras.Model) -> str | None:
    """Return a printed line about batch normalization that is frozen in trained stages."""
    trained = [stage for stage in stages(model) if stage.trainable]
    frozen = [layer for stage in trained for layer in batch_norms(stage) if not layer.trainable]
    if not frozen:
        return None
    return (
        f"Batch normalization stays frozen with its gamma and beta ({len(frozen)} layers); "
        "Phase(freeze_batch_norm=False) trains it"
    )


def batch_norms(stage: Stage) -> list[Any]:
    """Return the batch normalization layers of a stage."""
    return [
        layer
        for layer in stage._flatten_layers(include_self=False)
        if isinstance(layer, keras.layers.BatchNormalization)
    ]
