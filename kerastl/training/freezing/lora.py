"""LoRA: low-rank matrices that are added to a backbone's kernels for one phase."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import keras
from keras import ops

from kerastl.backbones.stage import Stage
from kerastl.training.freezing.preserved import preserved_randomness

# The layers of KerasHub's Backbone.enable_lora: `default_lora_layer_names` of all its backbones.
_QUERIES_AND_VALUES = frozenset(
    {"query", "value", "query_dense", "value_dense", "query_proj", "value_proj"}
)


@contextmanager
def low_rank_matrices(stages: Sequence[Stage], rank: int, seed: int = 0) -> Iterator[list[Any]]:
    """Add trainable low-rank matrices to kernels, and merge them on exit.

    The product AB of two low-rank matrices is added to a kernel W by Keras's `enable_lora` (Hu et
    al. 2022, "LoRA: Low-rank adaptation of large language models"). B is zero at first, so that
    the outputs of the network do not change. As in KerasHub, the query and value projections of
    attention get the matrices; without attention, every `Dense` and `EinsumDense` layer does. On
    exit, also after an error, AB is added to W and the layers have the same weights under the
    same names as before.

    Compile the model after entering and again after leaving: Keras fixes the weights in a
    compiled function.

    Args:
        stages: A model's stages.
        rank: Rank of AB, at least 1. An `EinsumDense` kernel is treated as a matrix whose columns
            are its last axis.
        seed: Seed of A's random values. Defaults to 0.

    Yields:
        The layers that have the matrices.

    Raises:
        ValueError: If the stages have no `Dense` or `EinsumDense` layer.

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
        # A resumed run must begin with the matrices of the killed run.
        with preserved_randomness(seed):
            for layer in layers:
                layer.enable_lora(rank)
        yield layers
    finally:
        for layer in layers:
            if layer.lora_enabled:
                _merge(layer)


def matrices_in(stage: Stage) -> list[Any]:
    """Return the low-rank matrices in a stage."""
    return [
        matrix
        for layer in stage._flatten_layers(include_self=False)
        if getattr(layer, "lora_enabled", False)
        for matrix in (layer.lora_kernel_a, layer.lora_kernel_b)
    ]


def _projections(stages: Sequence[Stage]) -> list[Any]:
    # By identity: ALBERT shares its layers between stages.
    found = {
        id(layer): layer
        for stage in stages
        for layer in stage._flatten_layers(include_self=False)
        if isinstance(layer, keras.layers.Dense | keras.layers.EinsumDense)
    }
    layers = list(found.values())
    if not layers:
        raise ValueError(
            "Low-rank matrices need Dense or EinsumDense layers, and this backbone has none, like "
            "most convolutional networks. Use trains='last:N' instead. "
            f"Received: trains='lora', stages {', '.join(stage.name for stage in stages)}"
        )
    return [layer for layer in layers if layer.name in _QUERIES_AND_VALUES] or layers


def _merge(layer: Any) -> None:
    matrices = layer.lora_kernel_a, layer.lora_kernel_b
    # `layer.kernel` has the sum already, but in the precision of the computation.
    product = ops.matmul(*matrices) * (layer.lora_alpha / layer.lora_rank)
    layer.lora_enabled = False
    layer.lora_rank = layer.lora_alpha = None
    layer.kernel.assign_add(ops.cast(product, layer.kernel.dtype))
    for name in ("lora_kernel_a", "lora_kernel_b"):
        layer._untrack_variable(getattr(layer, name))
        # Deleting a variable attribute makes Keras collect garbage, 0.3 s each: set None first.
        setattr(layer, name, None)
        delattr(layer, name)
