"""EfficientNetV2 (Tan and Le 2021, https://arxiv.org/abs/2104.00298).

The network scales 0..255 pixels itself.
"""

from kerastl.backbones.applications.application import Application

# For each variant the image size and the number of block stages.
_VARIANTS = {
    "B0": (224, 6),
    "B1": (240, 6),
    "B2": (260, 6),
    "B3": (300, 6),
    "S": (384, 6),
    "M": (480, 7),
    "L": (480, 7),
}


def _ends(stages: int) -> dict[str, str]:
    following = [f"before:block{number}a_expand_conv" for number in range(2, stages + 1)]
    blocks = {f"stage{n}": end for n, end in enumerate([*following, "before:top_conv"], start=1)}
    return {"stem": "before:block1a_project_conv", **blocks, "top": "output"}


APPLICATIONS = tuple(
    Application(
        name=f"efficientnet_v2_{variant.lower()}",
        builder=f"EfficientNetV2{variant}",
        preprocessing=None,
        image_size=(size, size),
        ends=_ends(stages),
    )
    for variant, (size, stages) in _VARIANTS.items()
)
