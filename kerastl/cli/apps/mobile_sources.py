"""Fill the Kotlin and Swift sources with the names and sizes of a bundle."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

# How each language feeds one number of the input, by the input's type.
_NUMBERS = {
    "uint8": {
        "KOTLIN_BYTES": "1",
        "KOTLIN_PUT": "put(value.toByte())",
        "SWIFT_NUMBER": "UInt8",
    },
    "float32": {
        "KOTLIN_BYTES": "Float.SIZE_BYTES",
        "KOTLIN_PUT": "putFloat(value.toFloat())",
        "SWIFT_NUMBER": "Float32",
    },
}


def check_package(package: str) -> None:
    """Raise a `ValueError` if a name is none of a Kotlin package."""
    if not re.fullmatch(r"[a-z]\w*(\.[a-z]\w*)*", package, re.ASCII):
        raise ValueError(f"A Kotlin package looks like com.example.app. Received: {package!r}")


def fill_source(
    source: str, model: str, inputs: Mapping[str, Any], classes: int, package: str
) -> str:
    """Fill a source.

    Args:
        source: The source, with names such as `@WIDTH@`.
        model: Name of the LiteRT file, without `.tflite`.
        inputs: The file's entry `inputs` in `kerastl.json`.
        classes: Number of classes.
        package: The Kotlin package.

    Returns:
        The source without such names.

    Raises:
        ValueError: If the file takes other numbers than uint8 or float32, or an entry is damaged.
    """
    pixels = inputs["pixels"]
    if pixels["dtype"] not in _NUMBERS:
        raise ValueError(
            f"These sources feed uint8 or float32. Received: a file that takes {pixels['dtype']}"
        )
    shape = pixels["shape"]
    whole = isinstance(shape, list) and len(shape) == 4 and all(type(n) is int for n in shape)
    if not whole or not re.fullmatch(r"\w+", model, re.ASCII):
        raise ValueError(f"kerastl.json is damaged. Received: {model!r}, {shape!r}")
    _, height, width, _ = shape
    values = {
        "PACKAGE": package,
        "MODEL": model,
        "HEIGHT": str(height),
        "WIDTH": str(width),
        "CLASSES": str(classes),
        **_NUMBERS[pixels["dtype"]],
    }
    for name, value in values.items():
        source = source.replace(f"@{name}@", value)
    return source
