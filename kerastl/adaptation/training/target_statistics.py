"""Replace batch normalization statistics by those of other examples."""

from typing import Any

import keras

from kerastl.training.freezing.freezing import batch_norms, stages


def has_batch_norm(model: keras.Model) -> bool:
    """Return whether the stages of a model have batch normalization."""
    return bool(_batch_norms(model))


def take_statistics(model: keras.Model, batches: Any) -> None:
    """Replace the moving statistics of batch normalization by those of some examples.

    Mean and variance are averaged with equal weight over all batches. Weights do not change, and
    dropout is off.

    Args:
        model: A model made of stages.
        batches: A `tf.data.Dataset` of inputs; a small last batch should be left out.
    """
    norms = _batch_norms(model)
    momenta = [norm.momentum for norm in norms]
    dropouts = [
        layer
        for stage in stages(model)
        for layer in stage._flatten_layers(include_self=False)
        if isinstance(layer, keras.layers.Dropout)
    ]
    rates = [dropout.rate for dropout in dropouts]
    trained = [(layer, layer.trainable) for layer in model._flatten_layers(include_self=False)]
    try:
        for dropout in dropouts:
            dropout.rate = 0.0
        for stage in stages(model):
            stage.trainable = False
            stage.trainable = True
        for number, inputs in enumerate(batches.as_numpy_iterator()):
            for norm in norms:
                norm.momentum = number / (number + 1)
            model(inputs, training=True)
    finally:
        for norm, momentum in zip(norms, momenta, strict=True):
            norm.momentum = momentum
        for dropout, rate in zip(dropouts, rates, strict=True):
            dropout.rate = rate
        for layer, trainable in trained:  # outer layers first: they set the flags of layers inside
            layer.trainable = trainable


def _batch_norms(model: keras.Model) -> list[Any]:
    return [layer for stage in stages(model) for layer in batch_norms(stage)]
