"""Several labels, numbers and boxes, from a file to a prediction, by the command line alone."""

import csv
import json

import numpy as np
import pytest
from PIL import Image

from kerastl.cli.main import main

pytestmark = pytest.mark.slow

SMALL = ["--weights", "none", "--option", "alpha=0.35", "--image-size", "32", "--quiet"]


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    """Images of one grey, dark to light, with a table that says so in numbers and labels."""
    folder = tmp_path_factory.mktemp("greys")
    with open(folder / "greys.csv", "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["file", "brightness", "tags"])
        for i, grey in enumerate(np.linspace(0, 255, 48).astype(np.uint8)):
            Image.new("L", (32, 32), int(grey)).save(folder / f"{i}.png")
            tags = [
                name for name, is_so in (("dark", grey < 130), ("mid", 60 < grey < 190)) if is_so
            ]
            writer.writerow([f"{i}.png", int(grey), "|".join(tags)])
    return folder


@pytest.fixture(scope="module")
def scenes(tmp_path_factory):
    """Images with one box each, in the form of COCO."""
    folder = tmp_path_factory.mktemp("scenes")
    images, annotations = [], []
    for i in range(16):
        pixels = np.zeros((64, 64, 3), np.uint8)
        x, y = 8 * (i % 4), 8 * (i // 4)
        pixels[y : y + 32, x : x + 32] = 255
        (folder / "images").mkdir(exist_ok=True)
        Image.fromarray(pixels).save(folder / f"images/{i}.png")
        images.append({"id": i, "file_name": f"{i}.png", "width": 64, "height": 64})
        annotations.append({"id": i, "image_id": i, "category_id": 1, "bbox": [x, y, 32, 32]})
    content = {"images": images, "annotations": annotations}
    content["categories"] = [{"id": 1, "name": "square"}]
    (folder / "train.json").write_text(json.dumps(content))
    return folder


def fitted(out, *command):
    assert main(["fit", *map(str, command), "--out", str(out), *SMALL]) == 0
    return out


def answers(run, paths, capsys):
    capsys.readouterr()
    assert main(["predict", str(run), *map(str, paths), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_numbers(images, tmp_path, capsys):
    command = [images / "greys.csv", "--image", "file", "--values", "brightness"]
    run = fitted(tmp_path / "run", *command, "--schedule", "feature_extraction")
    dark, light = answers(run, [images / "2.png", images / "45.png"], capsys)
    assert dark["values"]["brightness"] < light["values"]["brightness"]
    assert len(dark["intervals"]["brightness"]) == 2
    assert main(["evaluate", str(run), "--split", "validation"]) == 0
    assert "brightness" in capsys.readouterr().out
    assert main(["predict", str(run), str(images / "2.png")]) == 0
    assert " to " in capsys.readouterr().out


def test_several_labels(images, tmp_path, capsys):
    command = [images / "greys.csv", "--image", "file", "--label", "tags"]
    command += ["--label-separator", "|", "--schedule", "feature_extraction"]
    run = fitted(tmp_path / "run", *command)
    dark, light = answers(run, [images / "2.png", images / "45.png"], capsys)
    assert dark["probabilities"]["dark"] > light["probabilities"]["dark"]
    assert main(["evaluate", str(run), "--split", "validation", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["split"] == "validation"


def test_boxes(scenes, tmp_path, capsys):
    path = tmp_path / "run.yaml"
    path.write_text(
        f"data: {{path: {scenes / 'train.json'}, images: {scenes / 'images'}}}\n"
        "recipe: {weights: none, options: {alpha: 0.35}, image_size: 64x64, width: 8}\n"
        "schedule: [{trains: all, epochs: 1}]\n"
    )
    run = tmp_path / "run"
    assert main(["fit", str(path), "--out", str(run), "--quiet"]) == 0
    (answer,) = answers(run, [scenes / "images/0.png"], capsys)
    assert isinstance(answer["objects"], list)
    assert main(["evaluate", str(run), "--split", "validation"]) == 0
    assert "mAP" in capsys.readouterr().out
