"""Names of the backbones that a recipe takes if none is given: small ones, for phones."""

IMAGE_BACKBONE = "mobilenet_v2"
TEXT_BACKBONE = "minilm"
