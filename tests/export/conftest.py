"""Bundles of recipes with real weights, exported once for all programs that read them."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import kerastl as ktl
from kerastl.artifacts import Bundle

GOOD = ["A warm, funny and moving film", "Great acting", "I loved every minute", "A masterpiece"]
BAD = ["A dull and lifeless film", "Terrible acting", "I hated every minute", "A waste of time"]
MEDIAPIPE = Path(__file__).resolve().parents[2] / "export" / "mediapipe" / "classify.py"
REVIEWS = ["A moving masterpiece!", "Dull. A waste of time", "I loved the acting", "Terrible"]


@dataclass(frozen=True)
class Exported:
    """A recipe, its bundle, and items to classify: paths of images, or texts."""

    recipe: Any
    bundle: Bundle
    items: list[str]

    def scores(self, items):
        """The model's own scores of these items, shape (N, classes)."""
        answers = self.recipe.predict(items)
        labels = self.bundle.labels
        return np.array([[answer.probabilities[label] for label in labels] for answer in answers])


@pytest.fixture(scope="session")
def photos(shared, mobilenet_weights, tmp_path_factory):
    """A classifier of photographs: a linear probe on MobileNetV2."""
    folder = shared / "images" / "trashnet6_subset" / "test"
    data = ktl.data.image_folder(folder, validation_split=0.4, seed=0)
    backbone = ktl.backbone("mobilenet_v2", alpha=0.35, weights=str(mobilenet_weights))
    recipe = ktl.ImageClassification(backbone)
    recipe.fit(data, schedule="feature_extraction", verbose=0)
    bundle = recipe.export(
        tmp_path_factory.mktemp("photos") / "bundle",
        formats=("saved_model", "tflite"),
        quantize=("float32", "int8"),
        max_drop=0.2,
    )
    items = sorted(str(path) for path in folder.rglob("*.jpg"))[::15]
    return Exported(recipe, bundle, items)


@pytest.fixture(scope="session")
def reviews(short_minilm, tmp_path_factory):
    """A classifier of sentences: a linear probe on two layers of a real BERT."""
    texts = [f"{text}{end}" for end in (".", "!", ", really.") for text in (*GOOD, *BAD)]
    labels = (["good"] * len(GOOD) + ["bad"] * len(BAD)) * 3
    data = ktl.data.arrays(texts, labels, validation_split=0.25, seed=0)
    recipe = ktl.TextClassification("bert", weights=str(short_minilm), sequence_length=24)
    recipe.fit(data, schedule="feature_extraction", verbose=0)
    bundle = recipe.export(
        tmp_path_factory.mktemp("reviews") / "bundle",
        formats=("saved_model", "tflite"),
        quantize=("float32", "dynamic"),
        max_drop=0.2,
    )
    return Exported(recipe, bundle, REVIEWS)


# Importing MediaPipe takes seconds, so one process runs the program for every file. It keeps the
# classifiers and ends without destroying them: destroying several can wait for minutes.
RUN_ALL = """
import contextlib, io, json, os, runpy, sys
kept, printed = [], []
for arguments in json.load(sys.stdin):
    sys.argv = arguments
    with contextlib.redirect_stdout(io.StringIO()) as lines:
        kept.append(runpy.run_path(arguments[0], run_name="__main__"))
    printed.append(lines.getvalue())
print(json.dumps(printed), flush=True)
os._exit(0)
"""


@pytest.fixture(scope="session")
def mediapipe_answers(photos, reviews):
    """What the MediaPipe program prints for each file: items, their best classes and scores."""
    texts = [*reviews.items, "A fine film.", "don't (really)", "a great   FILM"]
    files = {
        ("photos", "float32"): (photos, photos.items),
        ("photos", "int8"): (photos, photos.items),
        ("reviews", "float32"): (reviews, texts),
        ("reviews", "dynamic"): (reviews, texts),
    }
    runs = [
        [str(MEDIAPIPE), str(exported.bundle.path(f"tflite/{variant}")), *items]
        for (_, variant), (exported, items) in files.items()
    ]
    done = subprocess.run(
        [sys.executable, "-c", RUN_ALL], input=json.dumps(runs),
        capture_output=True, text=True, check=False, timeout=400,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    answers = {}
    for (key, (_, items)), printed in zip(files.items(), json.loads(done.stdout), strict=True):
        rows = [line.split("\t") for line in printed.splitlines()]
        assert [row[0] for row in rows] == items
        answers[key] = items, [row[1] for row in rows], np.array([float(row[2]) for row in rows])
    return answers
