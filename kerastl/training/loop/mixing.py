"""Mixup and CutMix: batches of images blended in pairs, with their labels."""

from typing import Any

import keras
import tensorflow as tf

from kerastl.data.pipeline.epoch_sampler import EpochSampler
from kerastl.data.pipeline.seeded_map import seeded_map
from kerastl.training.phases.phase import Mix

_LAYERS = {"mixup": keras.layers.MixUp, "cutmix": keras.layers.CutMix}


def check_mixable(model: keras.Model, mix: Mix) -> None:
    """Raise an error unless a model takes images.

    Args:
        model: The model that is trained on the batches.
        mix: As in `Phase`.

    Raises:
        ValueError: If the model takes other inputs, such as token ids.
    """
    if len(model.inputs) != 1 or len(model.inputs[0].shape) != 4:
        names = ", ".join(tensor.name for tensor in model.inputs)
        raise ValueError(
            "Only images can be mixed, and this model takes other inputs: leave `mix` out. "
            f"Received: mix={mix!r} for a model of {names}"
        )


def mix_pairs(batches: Any, mix: Mix, classes: int, seed: int | EpochSampler) -> Any:
    """Blend each image with another of its batch, as `keras.layers.MixUp` and `CutMix` do.

    Args:
        batches: A `tf.data.Dataset` of `(pixels, labels)` with integer labels.
        mix: As in `Phase`: `"mixup"` (Zhang et al. 2018, with alpha 0.2) or `"cutmix"` (Yun et
            al. 2019).
        classes: Number of classes.
        seed: Seed of pairs and proportions; an `EpochSampler` also sets the epoch.

    Returns:
        A dataset of `(pixels, shares)`: the share of each class, float32 of shape
        `(batch, classes)`; shares of an example sum to 1.

    Example:

    ```python
    batches = mix_pairs(data.train.pixels((224, 224), shuffle=True), "cutmix", 10, seed=0)
    ```
    """
    layer = _LAYERS[mix]()

    def blend(pixels: Any, labels: Any) -> Any:
        mixed = layer({"images": pixels, "labels": tf.one_hot(labels, classes)}, training=True)
        return mixed["images"], mixed["labels"]

    return seeded_map(batches, blend, seed, "mix").prefetch(2)
