"""Small real data, and recipes trained on it once through the command line."""

import csv
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_digits

from kerastl.cli.main import main

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
    with open(ROOT / "recipes/reviews/movies.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))[:60]
    path = tmp_path_factory.mktemp("data") / "reviews.csv"
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["review", "sentiment"])
        writer.writerows([row["text"], row["label"]] for row in rows)
    return path


@pytest.fixture(scope="session")
def digits_run(digits, tmp_path_factory) -> Path:
    """A recipe of digits with a network of random weights, its head solved."""
    run = tmp_path_factory.mktemp("runs") / "digits"
    command = ["fit", str(digits), "--out", str(run), "--weights", "none", "--option", "alpha=0.35"]
    command += ["--image-size", "32", "--schedule", "feature_extraction", "--test-split", "0.25"]
    assert main([*command, "--seed", "3", "--quiet"]) == 0
    return run


@pytest.fixture(scope="session")
def reviews_run(reviews, short_minilm, tmp_path_factory) -> Path:
    """A recipe of reviews with layers of the real MiniLM, its head solved."""
    run = tmp_path_factory.mktemp("runs") / "reviews"
    command = ["fit", str(reviews), "--out", str(run), "--backbone", str(short_minilm)]
    command += ["--text", "review", "--label", "sentiment"]
    command += ["--schedule", "feature_extraction", "--test-split", "0.3"]
    assert main([*command, "--quiet"]) == 0
    return run
