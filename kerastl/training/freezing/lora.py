"""Low-rank matrices beside a backbone's kernels, for the time of one phase."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import keras
from keras import ops

from kerastl.backbones.stage import Stage
from kerastl.training.freezing.preserved import preserved_randomness

# As KerasHub's Backbone.enable_lora picks them, `default_lora_layer_names` of all its backbones.
_QUERIES_AND_VALUES = frozenset(
    {"query", "value", "query_dense", "value_dense", "query_proj", "value_proj"}
)


@contextmanager
def low_rank_matrices(stages: Sequence[Stage], rank: int, seed: int = 0) -> Iterator[list[Any]]:
    """Give kernels a low-rank addition that can train in their place.

    To a kernel W is added the product AB of two thin matrices (Hu et al. 2022, "LoRA: Low-rank
    adaptation of large language models"), by Keras's own `enable_lora`. B begins at zero, so
    that the network computes the same at first. Those of attention's query and value
    projections get one where there are such, as KerasHub does it; else every `Dense` and
    `EinsumDense` layer does. On leaving, also after an error, AB becomes part of W and the
    layers are as plain as before: the same weights under the same names.

    Compile what contains the stages anew after entering and after leaving: Keras fixes in a
    compiled function which weights there are.

    Args:
        stages: A model's stages.
        rank: Width of the thin matrices, at least 1. An `EinsumDense` kernel is read as a matrix
            whose columns are its last axis.
        seed: Seed of A's random values. Defaults to 0.

    Yields:
        The layers that have the matrices.

    Raises:
        ValueError: If no layer has a kernel of that kind.

    Example:

    ```python
    with low_rank_matrices(stages(model), rank=8):
        train_only(model, "lora")
        model.compile(StagedAdamW(5e-4), "sparse_categorical_crossentropy")
        model.fit(batches)
    ```
    """
    layers = _projections(stages)
    try:
        # A run that is resumed must begin with the matrices of the run that was killed.
        with preserved_randomness(seed):
            for layer in layers:
                layer.enable_lora(rank)
        yield layers
    finally:
        for layer in layers:
            if layer.lora_enabled:
                _merge(layer)


def matrices_in(stage: Stage) -> list[Any]:
    """Return the low-rank matrices in a stage, none where it has none."""
    return [
        matrix
        for layer in stage._flatten_layers(include_self=False)
        if getattr(layer, "lora_enabled", False)
        for matrix in (layer.lora_kernel_a, layer.lora_kernel_b)
    ]


def _projections(stages: Sequence[Stage]) -> list[Any]:
    # By identity: ALBERT has the same layer in every stage.
    found = {
        id(layer): layer
        for stage in stages
        for layer in stage._flatten_layers(include_self=False)
        if isinstance(layer, keras.layers.Dense | keras.layers.EinsumDense)
    }
    layers = list(found.values())
    if not layers:
        raise ValueError(
            "Low-rank matrices go beside the kernels of Dense and EinsumDense layers, and the "
            "backbone has none, as most convolutional networks: train 'last:N' instead. "
            f"Received: trains='lora', stages {', '.join(stage.name for stage in stages)}"
        )
    return [layer for layer in layers if layer.name in _QUERIES_AND_VALUES] or layers


def _merge(layer: Any) -> None:
    matrices = layer.lora_kernel_a, layer.lora_kernel_b
    # Not `layer.kernel`, which has the sum in the precision of the computation.
    product = ops.matmul(*matrices) * (layer.lora_alpha / layer.lora_rank)
    layer.lora_enabled = False
    layer.lora_rank = layer.lora_alpha = None
    layer.kernel.assign_add(ops.cast(product, layer.kernel.dtype))
    for name in ("lora_kernel_a", "lora_kernel_b"):
        layer._untrack_variable(getattr(layer, name))
        # To delete an attribute that is a variable, Keras collects garbage: 0.3 s each.
        setattr(layer, name, None)
        delattr(layer, name)
