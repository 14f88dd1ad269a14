"""VGG (Simonyan and Zisserman 2015, https://arxiv.org/abs/1409.1556)."""

from kerastl.backbones.applications.application import Application

_ENDS = {
    "stage1": "block1_pool",
    "stage2": "block2_pool",
    "stage3": "block3_pool",
    "stage4": "block4_pool",
    "stage5": "output",
}

APPLICATIONS = tuple(
    Application(name.lower(), name, "caffe", (224, 224), _ENDS) for name in ("VGG16", "VGG19")
)
