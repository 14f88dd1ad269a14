"""Every page in a browser: light and dark, wide and narrow, without a network."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import kerastl as ktl
from kerastl.artifacts import Artifact, Bundle
from kerastl.artifacts.bundle.report_page import report_page
from tests.contracts.recipes_under_test import case
from tests.seeing.browser import look

pytestmark = pytest.mark.slow

LONG = "a name without any space that is longer than a column".replace(" ", "_")
NAMES = ['<b>"glass"</b>', LONG, "שלום 👋🏽"]


def photos(folder: Path) -> ktl.data.Dataset:
    """Photos with copies, in classes with difficult names."""
    images = []
    for number in range(24):
        noise = np.random.default_rng(number % 20).integers(0, 256, (5, 7, 3), np.uint8)
        images.append(Image.fromarray(noise).resize((90 + 40 * (number % 3), 90)))
    labels = [NAMES[number % 3] for number in range(24)]
    return ktl.data.arrays(images, labels, test_split=0.25)


def inspected(folder: Path) -> Path:
    from tests.training import tiny

    found = photos(folder).inspect(tiny.backbone(), verbose=0)
    assert found.totals["leakage"] + found.totals["duplicate"]
    return found.write_page(folder / "page.html", NAMES[0])


def inspected_texts(folder: Path) -> Path:
    texts = [f"{NAMES[n % 3]} text {n // 2} of many words" for n in range(40)]
    data = ktl.data.arrays(texts, [NAMES[n % 3] for n in range(40)], test_split=0.2)
    return data.inspect(None, verbose=0).write_page(folder / "page.html", LONG)


def exported(folder: Path) -> Path:
    rows = [
        Artifact("saved_model", Path("saved_model"), 4_000_000, 0.9, 1.0, 1e-6, 9.0, "kept"),
        Artifact("tflite/int8", Path("tflite/int8.tflite"), 900_000, 0.88, 0.97, 0.1, 2.0, "kept"),
        Artifact("tflite/int4", None, None, None, None, None, None, f"refused: {LONG}"),
    ]
    task = "image_classification"
    bundle = Bundle(folder / "trash", task, tuple(NAMES), 90, 0.9, tuple(rows))
    path = folder / "page.html"
    path.write_text(report_page(bundle, [(0.9, 0.8, 60), (0.55, 0.7, 30)]), encoding="utf-8")
    return path


def run_of(task: str) -> Any:
    def run(folder: Path) -> Path:
        chosen = case(task, folder)
        recipe = chosen.make()
        recipe.fit(chosen.data, chosen.quick, run_dir=folder / "run", verbose=0)
        return folder / "run" / "report.html"

    return run


PAGES = {
    "inspection of photos": inspected,
    "inspection of texts": inspected_texts,
    "bundle": exported,
    **{
        task: run_of(task)
        for task in (
            "image_classification",
            "text_classification",
            "token_classification",
            "object_detection",
            "text_regression",
        )
    },
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_whole_readable_and_alone(name, tmp_path):
    page = PAGES[name](tmp_path)
    found = look(page, name, tmp_path)
    assert not any(found.values()), found
    assert page.stat().st_size < 5_000_000
