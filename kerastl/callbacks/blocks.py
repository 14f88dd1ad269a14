"""Blocks of a model without kerastl stages."""

from typing import Any

import keras

from kerastl.backbones.cuts import automatic_ends


def block_ends(model: keras.Model) -> list[Any]:
    """Return the layers that blocks of a model end with, as the stages of a backbone are found.

    Blocks of a convolutional network end before the resolution changes; another network is
    divided into a few blocks with about equal numbers of weights. Nested models are divided, too.

    Args:
        model: Any model. One without a graph of layers, such as a subclassed one, has no blocks.

    Returns:
        The last layer of each block except the very last.
    """
    ends: list[Any] = []
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            ends += [*block_ends(layer), layer]
    graph = getattr(model, "_functional", None) or model
    if hasattr(graph, "_nodes_by_depth"):
        names = [str(end) for end in automatic_ends(graph).values() if end != "output"]
        # A multiplication of two tensors ends a block as well, and is no layer.
        known = {layer.name: layer for layer in model.layers}
        ends += [known[name] for name in names if name in known]
    return ends
