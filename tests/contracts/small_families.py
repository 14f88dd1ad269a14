"""Small recipes of each kind of backbone, for runs that are watched variable by variable."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np

import kerastl as ktl
from kerastl.backbones import TokenPacker
from tests.contracts.small_presets import FAMILIES, SENTENCES, small_tokenizer, tokenizer_options
from tests.training import tiny

CLASSES = ("blue", "green", "red")
_SIZE = 32
_DROPOUT = 0.2


def build(family: str) -> ktl.Recipe:
    """Make a family's recipe, with weights through which signal and gradient pass."""
    keras.utils.set_random_seed(0)
    recipe = _MAKERS[family]()
    generator = np.random.default_rng(0)
    for variable in recipe.build(CLASSES).trainable_variables:
        if len(variable.shape) == 1:
            variable.assign(generator.uniform(0.5, 1, variable.shape))
        else:
            # A depthwise kernel adds up the positions of its own channel alone.
            summed = variable.shape[:2] if variable.shape[-1] == 1 else variable.shape[:-1]
            deviation = np.prod(summed) ** -0.5
            variable.assign(generator.normal(0, deviation, variable.shape))
    return recipe


def examples(recipe: ktl.Recipe) -> ktl.data.Dataset:
    """Return 24 examples to train on and 8 to validate with, labelled by chance.

    A head that told the classes apart would leave the stages without a gradient.
    """
    inputs = tiny.images(32)[0]
    if recipe.modality == "text":
        inputs = [f"{SENTENCES[n % 4]} {SENTENCES[n % 3]}" for n in range(32)]
    labels = np.random.default_rng(1).permutation(np.resize(CLASSES, 32))
    return ktl.data.arrays(inputs, labels, validation_split=0.25, seed=0)


def _image(backbone: Any, size: int) -> ktl.Recipe:
    flip = keras.layers.RandomFlip("horizontal")
    return ktl.ImageClassification(
        backbone, image_size=(size, size), dropout=_DROPOUT, augmentation=flip
    )


def _mobilenet() -> ktl.Recipe:
    """The stem and the first blocks, divided where the whole network is."""
    network = keras.applications.MobileNetV2(
        (_SIZE, _SIZE, 3), alpha=0.35, include_top=False, weights=None
    )
    ends = {
        "stem": "before:block_1_expand",
        "stage1": "before:block_3_expand",
        "stage2": "block_3_project_BN",
    }
    return _image(ktl.backbone(network, stages=ends, preprocessing="tf"), _SIZE)


def _text(family: str) -> ktl.Recipe:
    options = {**FAMILIES[family][1], **tokenizer_options(family), "num_layers": 1}
    backbone = ktl.backbone(family, weights=None, **options)
    # One tokenizer for all: to put byte pairs into a graph takes seconds, in every phase.
    backbone.packer = TokenPacker.of(small_tokenizer("bert"))
    return ktl.TextClassification(backbone, sequence_length=12, dropout=_DROPOUT)


_MAKERS: dict[str, Callable[[], ktl.Recipe]] = {
    "tiny": lambda: _image(tiny.backbone(), tiny.SIZE),
    "mobilenet_v2": _mobilenet,
    "bert": lambda: _text("bert"),
    "gpt2": lambda: _text("gpt2"),
}
