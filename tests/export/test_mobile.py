import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).resolve().parents[2] / "export" / "mobile" / "generate.py"


def program():
    spec = importlib.util.spec_from_file_location("generate", PROGRAM)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def bundle(tmp_path):
    """What a bundle holds for the generator: description, labels, two files."""
    folder = tmp_path / "bundle"
    (folder / "tflite").mkdir(parents=True)
    files = {}
    for variant, kind in (("float32", "float32"), ("int8", "uint8"), ("int8_io", "int8")):
        (folder / "tflite" / f"{variant}.tflite").write_bytes(variant.encode())
        inputs = {"pixels": {"shape": [1, 96, 160, 3], "dtype": kind}}
        files[f"tflite/{variant}.tflite"] = {"inputs": inputs}
    described = {
        "task": "image_classification",
        "labels": ["glass", "metal", "paper"],
        "preprocessing": {"kind": "image"},
        "tflite": files,
    }
    (folder / "kerastl.json").write_text(json.dumps(described))
    (folder / "labels.txt").write_text("glass\nmetal\npaper\n")
    return folder


@pytest.mark.parametrize(
    ("variant", "kotlin", "swift"),
    [
        ("int8", "input.put(value.toByte())", "UInt8($0)"),
        ("float32", "input.putFloat(value.toFloat())", "Float32($0)"),
    ],
)
def test_sources_hold_the_bundles_names(bundle, tmp_path, variant, kotlin, swift):
    written = program().generate(bundle, variant, tmp_path / "app", "org.example.trash")
    assert {path.relative_to(tmp_path / "app").as_posix() for path in written} == {
        f"{platform}/{name}"
        for platform, source in (("android", "Classifier.kt"), ("ios", "Classifier.swift"))
        for name in (f"Image{source}", f"{variant}.tflite", "labels.txt")
    }
    for platform in ("android", "ios"):
        folder = tmp_path / "app" / platform
        assert (folder / f"{variant}.tflite").read_text() == variant
        (source,) = (p.read_text() for p in folder.iterdir() if p.stem == "ImageClassifier")
        assert not re.search(r"@\w+@", source)
        assert source.count("{") == source.count("}")
        assert source.count("(") == source.count(")")
        assert "Not compiled" in source
    android = (tmp_path / "app" / "android" / "ImageClassifier.kt").read_text()
    assert "package org.example.trash\n" in android
    for expected in ("WIDTH = 160", "HEIGHT = 96", "CLASSES = 3", f'"{variant}.tflite"', kotlin):
        assert expected in android
    ios = (tmp_path / "app" / "ios" / "ImageClassifier.swift").read_text()
    for expected in ("width = 160", "height = 96", f'forResource: "{variant}"', swift):
        assert expected in ios


@pytest.mark.parametrize(
    ("variant", "package", "message"),
    [
        ("float16", "com.example", r"only float32, int8, int8_io\. Received: 'float16'"),
        ("int8_io", "com.example", "uint8 or float32. Received: a file that takes int8"),
        ("int8", "1.example", "looks like com.example.app. Received: '1.example'"),
        ("int8", "a.b\nimport x", "looks like com.example.app"),
    ],
)
def test_what_does_not_serve_is_named_and_nothing_is_written(
    bundle, tmp_path, variant, package, message
):
    with pytest.raises(ValueError, match=message):
        program().generate(bundle, variant, tmp_path / "app", package)
    assert not (tmp_path / "app").exists()


def test_a_bundle_for_texts_is_refused(bundle, tmp_path):
    told = json.loads((bundle / "kerastl.json").read_text())
    told |= {"task": "text_classification", "preprocessing": {"kind": "text"}}
    (bundle / "kerastl.json").write_text(json.dumps(told))
    with pytest.raises(ValueError, match="MediaPipe's text classifier"):
        program().generate(bundle, "int8", tmp_path / "app", "com.example")


def test_the_command_writes_once(bundle, tmp_path):
    command = [sys.executable, "-S", str(PROGRAM), str(bundle), "int8", str(tmp_path / "app")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, len(done.stdout.splitlines())) == (0, 6), done.stderr
    again = subprocess.run(command, capture_output=True, text=True, check=False)
    assert again.returncode == 1
    assert again.stderr.startswith("generate: error: ")
    assert "Traceback" not in again.stderr


@pytest.mark.slow
def test_a_real_bundle_serves(photos, tmp_path):
    program().generate(photos.bundle.directory, "int8", tmp_path / "app", "com.example")
    android = (tmp_path / "app" / "android" / "ImageClassifier.kt").read_text()
    assert "WIDTH = 224" in android
    assert "input.put(value.toByte())" in android
