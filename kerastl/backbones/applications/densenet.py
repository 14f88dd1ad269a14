"""DenseNet (Huang et al. 2017, https://arxiv.org/abs/1608.06993)."""

from kerastl.backbones.applications.application import Application

_ENDS = {
    "stem": "pool1",
    "stage1": "pool2_pool",
    "stage2": "pool3_pool",
    "stage3": "pool4_pool",
    "stage4": "output",
}

APPLICATIONS = tuple(
    Application(name.lower(), name, "torch", (224, 224), _ENDS)
    for name in ("DenseNet121", "DenseNet169", "DenseNet201")
)
