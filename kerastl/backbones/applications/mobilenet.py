"""MobileNet (Howard et al. 2017, https://arxiv.org/abs/1704.04861)."""

from kerastl.backbones.applications.application import Application

APPLICATIONS = (
    Application(
        name="mobilenet",
        builder="MobileNet",
        preprocessing="tf",
        image_size=(224, 224),
        ends={
            "stem": "conv_pw_1_relu",
            "stage1": "conv_pw_3_relu",
            "stage2": "conv_pw_5_relu",
            "stage3": "conv_pw_11_relu",
            "stage4": "output",
        },
    ),
)
