"""ResNet (He et al. 2016, https://arxiv.org/abs/1512.03385)."""

from kerastl.backbones.applications.application import Application

_ENDS = {
    "stem": "pool1_pool",
    "stage1": "before:conv3_block1_1_conv",
    "stage2": "before:conv4_block1_1_conv",
    "stage3": "before:conv5_block1_1_conv",
    "stage4": "output",
}

APPLICATIONS = tuple(
    Application(name.lower(), name, "caffe", (224, 224), _ENDS)
    for name in ("ResNet50", "ResNet101", "ResNet152")
)
