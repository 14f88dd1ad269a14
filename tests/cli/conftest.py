"""Small real data, and recipes trained on it once through the command line."""

import csv
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_digits

from kerastl.backbones.applications import APPLICATIONS
from kerastl.backbones.applications.application import ApplicationBackbone
from kerastl.backbones.hub import minilm
from kerastl.backbones.hub.family import FAMILIES
from kerastl.cli.main import main
from tests.cli.project import write_project

ROOT = Path(__file__).resolve().parents[2]
PER_CLASS = 16


def write_digits(folder: Path, classes: tuple[int, ...], start: int = 0) -> Path:
    """Write real handwritten digits, 32 x 32, one folder a class."""
    digits = load_digits()
    for digit in classes:
        (folder / f"digit{digit}").mkdir(parents=True)
        chosen = digits.images[digits.target == digit][start : start + PER_CLASS]
        for number, image in enumerate(chosen):
            pixels = (image * (255 / 16)).astype(np.uint8)
            Image.fromarray(pixels).resize((32, 32)).save(folder / f"digit{digit}/{number}.png")
    return folder


@pytest.fixture(scope="session")
def digits(tmp_path_factory) -> Path:
    return write_digits(tmp_path_factory.mktemp("data") / "digits", (0, 1, 2))


@pytest.fixture(scope="session")
def other_digits(tmp_path_factory) -> Path:
    return write_digits(tmp_path_factory.mktemp("data") / "others", (0, 1, 2), start=PER_CLASS)


@pytest.fixture(scope="session")
def reviews(tmp_path_factory) -> Path:
    """The first real reviews of the project's own table, with the columns renamed."""
    with open(ROOT / "tests/reviews/movies.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))[:60]
    path = tmp_path_factory.mktemp("data") / "reviews.csv"
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["review", "sentiment"])
        writer.writerows([row["text"], row["label"]] for row in rows)
    return path


@pytest.fixture(scope="session")
def digits_run(digits, tmp_path_factory) -> Path:
    """A recipe of digits with a network of random weights and a linear probe."""
    run = tmp_path_factory.mktemp("runs") / "digits"
    command = ["fit", str(digits), "--out", str(run), "--weights", "none", "--option", "alpha=0.35"]
    command += ["--image-size", "32", "--schedule", "feature_extraction", "--test-split", "0.25"]
    assert main([*command, "--seed", "3", "--quiet"]) == 0
    return run


@pytest.fixture(scope="session")
def reviews_run(reviews, short_minilm, tmp_path_factory) -> Path:
    """A recipe of reviews with layers of the real MiniLM and a linear probe."""
    run = tmp_path_factory.mktemp("runs") / "reviews"
    command = ["fit", str(reviews), "--out", str(run), "--backbone", str(short_minilm)]
    command += ["--text", "review", "--label", "sentiment"]
    command += ["--schedule", "feature_extraction", "--test-split", "0.3"]
    assert main([*command, "--quiet"]) == 0
    return run


@pytest.fixture(scope="session")
def exported(tmp_path_factory):
    """A function that exports a run's LiteRT files through the command line."""

    def export(run: Path, variants: str) -> Path:
        folder = tmp_path_factory.mktemp("bundle") / run.name
        command = ["export", str(run), str(folder), "--formats", "tflite", "--quantize", variants]
        assert main([*command, "--max-drop", "none", "--min-agreement", "none"]) == 0
        return folder

    return export


@pytest.fixture(scope="session")
def small_data(tmp_path_factory) -> Path:
    return write_project(tmp_path_factory.mktemp("project"))


@pytest.fixture
def project(small_data, tmp_path, monkeypatch) -> Path:
    """A working directory of one test with the data that docs/command-line.md names."""
    folder = shutil.copytree(small_data, tmp_path / "project")
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def small_networks(short_minilm, monkeypatch) -> None:
    """Backbones by their usual names, but narrow, for small images, and without a download."""

    def source(backbone, image_size):
        arguments = {"include_top": False, "input_shape": (*image_size, 3), "alpha": 0.35}
        return backbone._builder()(weights=None, **{**arguments, **backbone.options})

    monkeypatch.setattr(ApplicationBackbone, "_source", source)
    for name in ("mobilenet", "mobilenet_v2"):
        small = replace(APPLICATIONS[name], image_size=(32, 32))
        monkeypatch.setitem(APPLICATIONS, name, small)
    bert = replace(FAMILIES["bert"], preset=str(short_minilm))
    monkeypatch.setitem(FAMILIES, "bert", bert)
    monkeypatch.setattr(minilm, "minilm_weights", lambda: str(short_minilm))
