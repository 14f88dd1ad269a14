"""MobileNetV2 (Sandler et al. 2018, https://arxiv.org/abs/1801.04381)."""

from kerastl.backbones.applications.application import Application

APPLICATIONS = (
    Application(
        name="mobilenet_v2",
        builder="MobileNetV2",
        preprocessing="tf",
        image_size=(224, 224),
        ends={
            "stem": "before:block_1_expand",
            "stage1": "before:block_3_expand",
            "stage2": "before:block_6_expand",
            "stage3": "before:block_13_expand",
            "stage4": "before:Conv_1",
            "top": "output",
        },
    ),
)
