import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

PROGRAM = Path(__file__).resolve().parents[2] / "export" / "mediapipe" / "classify.py"

pytestmark = pytest.mark.slow


def answers(path, items):
    """Run the program: the class it names for each item, and the score."""
    done = subprocess.run(
        [sys.executable, str(PROGRAM), str(path), *items],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    assert [row[0] for row in rows] == items
    return [row[1] for row in rows], np.array([float(row[2]) for row in rows])


@pytest.mark.parametrize("variant", ["float32", "int8"])
def test_images_get_the_names_that_the_file_holds(photos, variant):
    labels, scores = answers(photos.bundle.path(f"tflite/{variant}"), photos.items)
    expected = photos.scores(photos.items)
    assert set(labels) <= set(photos.bundle.labels)
    named = [photos.bundle.labels[number] for number in expected.argmax(-1)]
    assert np.mean(np.array(labels) == named) >= 0.8
    assert np.abs(scores - expected.max(-1)).mean() <= 0.1


@pytest.mark.parametrize(("variant", "tolerance"), [("float32", 0.001), ("dynamic", 0.05)])
def test_raw_text_is_answered_as_the_model_does(reviews, variant, tolerance):
    items = [*reviews.items, "don't (really)", "a great   FILM"]
    labels, scores = answers(reviews.bundle.path(f"tflite/{variant}"), items)
    expected = reviews.scores(items)
    assert labels == [reviews.bundle.labels[number] for number in expected.argmax(-1)]
    np.testing.assert_allclose(scores, expected.max(-1), atol=tolerance)
    assert len(set(labels)) == 2
