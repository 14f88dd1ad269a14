"""ConvNeXt (Liu et al. 2022, https://arxiv.org/abs/2201.03545).

The network scales 0..255 pixels itself.
"""

from kerastl.backbones.applications.application import Application


def _declare(size: str) -> Application:
    prefix = f"convnext_{size.lower()}"
    return Application(
        name=prefix,
        builder=f"ConvNeXt{size}",
        preprocessing=None,
        image_size=(224, 224),
        ends={
            "stem": f"{prefix}_stem",
            "stage1": f"before:{prefix}_downsampling_block_0",
            "stage2": f"before:{prefix}_downsampling_block_1",
            "stage3": f"before:{prefix}_downsampling_block_2",
            "stage4": "output",
        },
    )


APPLICATIONS = tuple(_declare(size) for size in ("Tiny", "Small", "Base", "Large", "XLarge"))
