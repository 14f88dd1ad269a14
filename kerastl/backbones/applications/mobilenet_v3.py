"""MobileNetV3 (Howard et al. 2019, https://arxiv.org/abs/1905.02244).

The network scales 0..255 pixels itself.
"""

from kerastl.backbones.applications.application import Application

APPLICATIONS = (
    Application(
        name="mobilenet_v3_small",
        builder="MobileNetV3Small",
        preprocessing=None,
        image_size=(224, 224),
        ends={
            "stem": "before:expanded_conv_depthwise_pad",
            "stage1": "before:expanded_conv_1_expand",
            "stage2": "before:expanded_conv_3_expand",
            "stage3": "before:expanded_conv_8_expand",
            "stage4": "before:conv_1",
            "top": "output",
        },
    ),
    Application(
        name="mobilenet_v3_large",
        builder="MobileNetV3Large",
        preprocessing=None,
        image_size=(224, 224),
        ends={
            "stem": "before:expanded_conv_1_expand",
            "stage1": "before:expanded_conv_3_expand",
            "stage2": "before:expanded_conv_6_expand",
            "stage3": "before:expanded_conv_12_expand",
            "stage4": "before:conv_1",
            "top": "output",
        },
    ),
)
