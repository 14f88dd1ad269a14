"""EfficientNet (Tan and Le 2019, https://arxiv.org/abs/1905.11946).

The network scales 0..255 pixels itself.
"""

from typing import Any

from kerastl.backbones.applications.application import Application

_ENDS = {
    "stem": "before:block1a_dwconv",
    "stage1": "before:block2a_expand_conv",
    "stage2": "before:block3a_expand_conv",
    "stage3": "before:block4a_expand_conv",
    "stage4": "before:block5a_expand_conv",
    "stage5": "before:block6a_expand_conv",
    "stage6": "before:block7a_expand_conv",
    "stage7": "before:top_conv",
    "top": "output",
}
_SIZES = {
    "B0": 224,
    "B1": 240,
    "B2": 260,
    "B3": 300,
    "B4": 380,
    "B5": 456,
    "B6": 528,
    "B7": 600,
}
_IMAGENET_DEVIATION = (0.229, 0.224, 0.225)


def restore_imagenet_scaling(model: Any) -> None:
    """Scale pixels as the ImageNet weights expect, when these came from a file.

    Their normalization layer holds the standard deviation where its variance belongs. Keras
    makes up for it by one more layer, but only under `weights="imagenet"`; here the variance is
    put right instead, which gives the same numbers. Weights trained otherwise are left alone.
    """
    import keras
    import numpy as np

    layer = next(each for each in model.layers if isinstance(each, keras.layers.Normalization))
    held = np.ravel(layer.adapt_variance)
    if np.allclose(held, _IMAGENET_DEVIATION, atol=1e-5):
        layer.adapt_variance.assign(layer.adapt_variance**2)
        layer.finalize_state()


APPLICATIONS = tuple(
    Application(
        name=f"efficientnet_{variant.lower()}",
        builder=f"EfficientNet{variant}",
        preprocessing=None,
        image_size=(size, size),
        ends=_ENDS,
        after_loading=restore_imagenet_scaling,
    )
    for variant, size in _SIZES.items()
)
