"""Write an Android (Kotlin) and an iOS (Swift) image classifier for a bundle.

python generate.py out/trash int8 app --package com.example.trash
"""

import argparse
import json
import re
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).parent
TEMPLATES = {"android": "ImageClassifier.kt", "ios": "ImageClassifier.swift"}
# How each language feeds one number of the input, by the input's type.
NUMBERS = {
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


def generate(bundle: Path, variant: str, folder: Path, package: str) -> list[Path]:
    """Write the sources and copy the files that they load.

    Args:
        bundle: The bundle of an image classifier.
        variant: Variant of the LiteRT file, such as `"int8"`.
        folder: The directory for `android/` and `ios/`. It must not exist.
        package: Kotlin package of the Android source.

    Returns:
        Every file that was written.

    Raises:
        ValueError: If the bundle is not for images, the variant is missing or takes other
            numbers, or `package` is not a package name.
        FileExistsError: If the folder exists.
    """
    description = json.loads((bundle / "kerastl.json").read_text(encoding="utf-8"))
    names = _names(description, variant, package)
    files = [_inside(bundle, file) for file in (f"tflite/{variant}.tflite", "labels.txt")]
    folder.mkdir(parents=True)
    written = []
    for platform, template in TEMPLATES.items():
        source = (HERE / platform / template).read_text(encoding="utf-8")
        for name, value in names.items():
            source = source.replace(f"@{name}@", value)
        target = folder / platform
        target.mkdir()
        (target / template).write_text(source, encoding="utf-8")
        for file in files:
            shutil.copyfile(file, target / file.name)
        written += sorted(target.iterdir())
    return written


def _inside(bundle: Path, file: str) -> Path:
    path = bundle / file
    if not path.resolve().is_relative_to(bundle.resolve()):
        raise ValueError(f"The file is a link that leads out of the bundle. Received: {file!r}")
    return path


def _names(description: dict, variant: str, package: str) -> dict[str, str]:
    if description["preprocessing"]["kind"] != "image":
        raise ValueError(
            "These sources classify images; use MediaPipe's text classifier for texts. "
            f"Received: a bundle for {description['task']}"
        )
    if not re.fullmatch(r"\w+", variant, re.ASCII):
        raise ValueError(f"A variant is a name such as int8. Received: {variant!r}")
    described = description.get("tflite", {})
    if f"tflite/{variant}.tflite" not in described:
        there = ", ".join(Path(path).stem for path in described) or "none"
        raise ValueError(f"The bundle has no such LiteRT file, only {there}. Received: {variant!r}")
    if not re.fullmatch(r"[a-z]\w*(\.[a-z]\w*)*", package):
        raise ValueError(f"A Kotlin package looks like com.example.app. Received: {package!r}")
    pixels = described[f"tflite/{variant}.tflite"]["inputs"]["pixels"]
    if pixels["dtype"] not in NUMBERS:
        raise ValueError(
            f"These sources feed uint8 or float32. Received: a file that takes {pixels['dtype']}"
        )
    _, height, width, _ = pixels["shape"]
    if type(height) is not int or type(width) is not int:
        raise ValueError(f"kerastl.json is damaged. Received: shape {pixels['shape']!r}")
    return {
        "PACKAGE": package,
        "MODEL": variant,
        "HEIGHT": str(height),
        "WIDTH": str(width),
        "CLASSES": str(len(description["labels"])),
        **NUMBERS[pixels["dtype"]],
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("bundle", type=Path)
    parser.add_argument("variant")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--package", default="com.example.classifier")
    chosen = parser.parse_args()
    try:
        for path in generate(chosen.bundle, chosen.variant, chosen.folder, chosen.package):
            print(path)
    except (ValueError, OSError) as error:
        sys.exit(f"generate: error: {error}")
