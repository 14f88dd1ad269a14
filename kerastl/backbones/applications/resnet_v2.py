"""ResNet with pre-activation (He et al. 2016, https://arxiv.org/abs/1603.05027)."""

from kerastl.backbones.applications.application import Application

_ENDS = {
    "stem": "pool1_pool",
    "stage1": "before:conv3_block1_preact_bn",
    "stage2": "before:conv4_block1_preact_bn",
    "stage3": "before:conv5_block1_preact_bn",
    "stage4": "before:post_bn",
    "top": "output",
}

APPLICATIONS = tuple(
    Application(f"resnet{depth}_v2", f"ResNet{depth}V2", "tf", (224, 224), _ENDS)
    for depth in (50, 101, 152)
)
