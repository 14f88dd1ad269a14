"""InceptionResNetV2 (Szegedy et al. 2017, https://arxiv.org/abs/1602.07261)."""

from kerastl.backbones.applications.application import Application

APPLICATIONS = (
    Application(
        name="inception_resnet_v2",
        builder="InceptionResNetV2",
        preprocessing="tf",
        image_size=(299, 299),
        ends={
            "stem": "fork:mixed_5b",
            "stage1": "block35_10_ac",
            "stage2": "block17_20_ac",
            "stage3": "before:conv_7b",
            "top": "output",
        },
    ),
)
