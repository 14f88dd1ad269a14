"""Backbones from keras.applications: one module for each family, holding its declarations."""

from kerastl.backbones.applications import (
    convnext,
    densenet,
    efficientnet,
    efficientnet_v2,
    inception_resnet_v2,
    inception_v3,
    mobilenet,
    mobilenet_v2,
    mobilenet_v3,
    nasnet,
    resnet,
    resnet_v2,
    vgg,
    xception,
)

_FAMILIES = (
    vgg,
    resnet,
    resnet_v2,
    inception_v3,
    inception_resnet_v2,
    xception,
    mobilenet,
    mobilenet_v2,
    mobilenet_v3,
    densenet,
    nasnet,
    efficientnet,
    efficientnet_v2,
    convnext,
)

APPLICATIONS = {each.name: each for family in _FAMILIES for each in family.APPLICATIONS}
"""All declared networks, by name."""
