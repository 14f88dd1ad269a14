"""The detection program runs unchanged on a few composed scenes."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

import kerastl as ktl

ROOT = Path(__file__).resolve().parents[2]


def compose(shared, folder, **counts):
    spec = importlib.util.spec_from_file_location("scenes", ROOT / "benchmarks" / "scenes.py")
    scenes = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scenes)
    return scenes.compose(shared, folder, **counts)


@pytest.mark.slow
def test_detect(shared, mobilenet_weights, tmp_path):
    scenes = compose(shared, tmp_path / "scenes", train=24, test=6)
    out = tmp_path / "out"
    given = {
        "train": scenes / "train.json",
        "test": scenes / "test.json",
        "images": scenes / "images",
        "weights": mobilenet_weights,
        "size": 96,
        "epochs": 1,
        "out": out,
    }
    done = subprocess.run(
        [sys.executable, ROOT / "recipes" / "detect.py", *(f"--{k}={v}" for k, v in given.items())],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "mAP@.5" in done.stdout
    assert "tflite/int8" in done.stdout
    assert (out / "bundle" / "saved_model" / "1" / "saved_model.pb").is_file()
    assert (out / "first.png").is_file()
    assert ktl.load(out / "recipe").class_names


@pytest.mark.nightly
def test_imagenet_weights_find_what_random_ones_do_not(shared, mobilenet_weights, tmp_path):
    scenes = compose(shared, tmp_path / "scenes", train=120, test=50)
    data = ktl.data.coco(
        scenes / "train.json", scenes / "images", test=scenes / "test.json", validation_split=0.15
    )
    reached = []
    for weights in (str(mobilenet_weights), None):
        backbone = ktl.backbone("mobilenet_v2", alpha=0.35, weights=weights)
        recipe = ktl.ObjectDetection(backbone, image_size=(160, 160))
        recipe.fit(data, [ktl.Phase("head", 10, 2e-3)], batch_size=8, verbose=0)
        reached.append(recipe.evaluate(data.test).map50)
    pretrained, random = reached
    assert pretrained > 0.4
    assert random < pretrained / 2
