"""Bundles of recipes with real weights, exported once for all programs that read them."""

import subprocess
import sys
from dataclasses import dataclass
from functools import cache
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
def reviews(minilm, tmp_path_factory):
    """A classifier of sentences with a real BERT."""
    texts = [f"{text}{end}" for end in (".", "!", ", really.") for text in (*GOOD, *BAD)]
    labels = (["good"] * len(GOOD) + ["bad"] * len(BAD)) * 3
    data = ktl.data.arrays(texts, labels, validation_split=0.25, seed=0)
    recipe = ktl.TextClassification("bert", weights=str(minilm), sequence_length=24)
    recipe.fit(data, schedule="feature_extraction", verbose=0)
    bundle = recipe.export(
        tmp_path_factory.mktemp("reviews") / "bundle",
        formats=("saved_model", "tflite"),
        quantize=("float32", "dynamic"),
        max_drop=0.2,
    )
    return Exported(recipe, bundle, REVIEWS)


@pytest.fixture(scope="session")
def mediapipe_answers():
    """Run the MediaPipe program on a file: items, the best class of each, and its score.

    A process takes seconds to import MediaPipe, so each file has one run for all tests.
    """

    @cache
    def run(path, items):
        done = subprocess.run(
            [sys.executable, str(MEDIAPIPE), path, *items],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        rows = [line.split("\t") for line in done.stdout.splitlines()]
        assert [row[0] for row in rows] == list(items)
        return list(items), [row[1] for row in rows], np.array([float(row[2]) for row in rows])

    def answers(exported, name):
        items = exported.items
        if exported.bundle.task == "text_classification":
            items = [*items, "A fine film.", "don't (really)", "a great   FILM"]
        return run(str(exported.bundle.path(name)), tuple(items))

    return answers
