"""InceptionV3 (Szegedy et al. 2016, https://arxiv.org/abs/1512.00567)."""

from kerastl.backbones.applications.application import Application

APPLICATIONS = (
    Application(
        name="inception_v3",
        builder="InceptionV3",
        preprocessing="tf",
        image_size=(299, 299),
        ends={
            "stem": "fork:mixed0",
            "stage1": "mixed2",
            "stage2": "mixed7",
            "stage3": "output",
        },
    ),
)
