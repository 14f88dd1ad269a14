"""Every network of keras.applications that kerastl declares, by family."""

VARIANTS = {
    "vgg16": ("vgg19",),
    "resnet50": ("resnet101", "resnet152"),
    "resnet50_v2": ("resnet101_v2", "resnet152_v2"),
    "inception_v3": (),
    "inception_resnet_v2": (),
    "xception": (),
    "mobilenet": (),
    "mobilenet_v2": (),
    "mobilenet_v3_small": ("mobilenet_v3_large",),
    "densenet121": ("densenet169", "densenet201"),
    "nasnet_mobile": ("nasnet_large",),
    "efficientnet_b0": tuple(f"efficientnet_b{number}" for number in range(1, 8)),
    "efficientnet_v2_b0": tuple(f"efficientnet_v2_{size}" for size in ("b1", "b2", "b3", *"sml")),
    "convnext_tiny": tuple(f"convnext_{size}" for size in ("small", "base", "large", "xlarge")),
}
"""Of each family, the network that runs the whole contract, and those of other depth or width.
The others differ from it in their stage tables alone."""

NETWORKS = {name: first for first, others in VARIANTS.items() for name in (first, *others)}
"""The network that stands for each one's family, by name."""

OPTIONS = {
    "mobilenet": {"alpha": 0.25},
    "mobilenet_v2": {"alpha": 0.35},
    "mobilenet_v3_small": {"alpha": 0.75, "minimalistic": True},
}
"""Options that make a network cheaper and keep its stages."""

SMALLEST = {"inception_v3": 75, "inception_resnet_v2": 75, "xception": 71}
"""Smallest height and width that a network takes, where that is more than 32 pixels."""

LARGE = {
    "resnet152", "resnet152_v2", "densenet201", "nasnet_mobile", "nasnet_large",
    "efficientnet_b3", "efficientnet_b4", "efficientnet_b5", "efficientnet_b6", "efficientnet_b7",
    "efficientnet_v2_b3", "efficientnet_v2_m", "efficientnet_v2_l",
    "convnext_base", "convnext_large", "convnext_xlarge",
}  # fmt: skip
"""Networks whose variables alone take seconds to create; checked by `make nightly`."""
