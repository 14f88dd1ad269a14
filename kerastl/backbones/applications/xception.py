"""Xception (Chollet 2017, https://arxiv.org/abs/1610.02357)."""

from kerastl.backbones.applications.application import Application

APPLICATIONS = (
    Application(
        name="xception",
        builder="Xception",
        preprocessing="tf",
        image_size=(299, 299),
        ends={
            "stem": "block1_conv2_act",
            "stage1": "before:block3_sepconv1_act",
            "stage2": "before:block4_sepconv1_act",
            "stage3": "before:block5_sepconv1_act",
            "stage4": "before:block13_sepconv1_act",
            "stage5": "before:block14_sepconv1",
            "top": "output",
        },
    ),
)
