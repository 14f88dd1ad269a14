"""The page of `kerastl try` in a browser: light and dark, wide and narrow, with hostile names."""

import io
import json
import os
import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from kerastl.answering.trying.corrections import ImageCorrections, TextCorrections
from kerastl.seeing.explaining.image_explanation import ImageExplanation
from kerastl.seeing.explaining.text_explanation import TextExplanation
from kerastl.tasks.classification.prediction import Prediction
from kerastl.tasks.multi_label.prediction import MultiLabelPrediction
from kerastl.tasks.object_detection.prediction import Detection
from kerastl.tasks.regression.prediction import RegressionPrediction
from kerastl.tasks.token_classification.prediction import Entity
from tests.answering.trying.test_server import trying
from tests.chromium import MODULES, find_browser

pytestmark = pytest.mark.slow

DRIVER = Path(__file__).with_name("use_page.mjs")
HOSTILE = "<img src=x onerror=alert(1)>"
LONG = "a_name_without_any_space_that_is_longer_than_the_narrow_page_is_wide"
NAMES = (HOSTILE, "glass", LONG, "שלום 👋🏽", "evil\u202egnp", "metal")
TEXTS = [f"Ada met <b>Bo</b> in 東京, {LONG}.", "One."]
REFUSED = "Failed to load resource: the server responded with a status of 400 (Bad Request)"


class Answers:
    """A model with known answers; the second input has none."""

    def __init__(self, task, labels=NAMES):
        self.task, self.class_names = task, labels
        self.modality = "image" if "image" in task or task == "object_detection" else "text"

    def predict(self, inputs, verbose):
        if self.modality == "image" and Image.open(io.BytesIO(inputs[0])).width < 9:
            raise ValueError("The image is too small. Received: 8 pixels")
        shares = {name: 0.5 ** (place + 1) for place, name in enumerate(NAMES)}
        text = str(inputs[0])
        return [
            {
                "image_classification": Prediction("glass", 0.5, shares),
                "text_classification": Prediction(HOSTILE, 0.5, shares),
                "image_multi_label_classification": MultiLabelPrediction(NAMES[:2], shares),
                "text_regression": RegressionPrediction(
                    {HOSTILE: 1.5, LONG: 2.0}, {HOSTILE: (1.0, 2.0), LONG: (-np.inf, np.inf)}
                ),
                "object_detection": [
                    Detection((10, 20, 160, 100), HOSTILE, 0.9),
                    Detection((-5, 30, 60, 140), "glass", 0.8),
                    Detection((0, 0, 1, 1), "glass", 0.1),
                ],
                "token_classification": [
                    Entity(0, 3, HOSTILE, 0.9, text[:3]), Entity(24, 26, "place", 0.8, text[24:26]),
                ][: 2 if len(text) > 9 else 0],
            }[self.task]
        ]  # fmt: skip

    def explain(self, raw, most_words=64):
        if self.modality == "text":
            return TextExplanation(raw, HOSTILE, 0.5, np.array([[0, 3], [4, 7]]), np.array([2, -1]))
        image = Image.open(io.BytesIO(raw)).convert("RGB").resize((180, 120))
        return ImageExplanation("image", HOSTILE, 0.5, "stage", np.eye(5, dtype="float32"), image)


def photos(folder):
    """One for each way to give an image: the second has no answer, the third cannot be read."""
    paths = []
    for number, width in enumerate((180, 8, 60)):
        noise = np.random.default_rng(number).integers(0, 256, (4, 6, 3), np.uint8)
        paths.append(folder / f"{number}.png")
        Image.fromarray(noise).resize((width, 120)).save(paths[-1])
    paths.append(folder / f"{LONG}.jpg")
    paths[-1].write_bytes(b"no image")
    return [str(path) for path in paths]


def use(server, folder, ways, inputs):
    shots = Path(os.environ.get("KERASTL_SCREENSHOTS", folder)) / f"try {server.model.task}"
    shots.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [
            "node",
            str(DRIVER),
            str(MODULES),
            find_browser(),
            server.address,
            str(shots),
            ways,
            *inputs,
        ],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    console = [each for each in found["console"] if REFUSED not in each]
    wrong = {name: found[name] for name in ("requests", "overflow", "axe")}
    assert not console, console
    assert not any(wrong.values()), wrong
    assert len(list(shots.glob("*.png"))) == 4
    # The last input is shown first.
    return found["shown"][::-1], found["saved"]


def test_images_with_one_class(tmp_path):
    place = ImageCorrections(tmp_path / "corrections", NAMES)
    with trying(Answers("image_classification"), place) as server:
        shown, saved = use(server, tmp_path, "images", photos(tmp_path))
    assert [each["title"] for each in shown] == ["glass", "No answer", "glass", "No answer"]
    assert shown[0]["rows"][0] == f"{HOSTILE}\n0.500"
    assert shown[0]["rows"][4].startswith("evil\\u202egnp")
    assert shown[0]["latency"].endswith(" ms")
    assert shown[0]["images"] == 2
    assert shown[1]["error"] == "The image is too small."
    assert shown[3]["error"] == "The file cannot be read as an image."
    (written,) = place.path.rglob("*.png")
    assert saved == f"Saved as glass in {written}"
    assert written.read_bytes() == Path(tmp_path / "2.png").read_bytes()


def test_texts_with_one_class(tmp_path):
    place = TextCorrections(tmp_path / "corrections.csv", NAMES)
    with trying(Answers("text_classification"), place) as server:
        shown, saved = use(server, tmp_path, "texts", TEXTS)
    assert [each["title"] for each in shown] == [HOSTILE, HOSTILE]
    assert shown[0]["marked"] == 2
    assert saved == f"Saved as glass in {place.path}"
    assert place.path.read_text().splitlines() == ["text,label", "One.,glass"]


@pytest.mark.parametrize(
    ("task", "title"),
    [
        ("image_multi_label_classification", f"{HOSTILE}, glass"),
        ("text_regression", f"{HOSTILE} 1.5, {LONG} 2"),
        ("object_detection", "2 objects"),
        ("token_classification", "2 entities"),
    ],
)
def test_other_tasks(task, title, tmp_path):
    with trying(Answers(task)) as server:
        is_image = server.model.modality == "image"
        inputs = photos(tmp_path)[:3] if is_image else TEXTS
        shown, saved = use(server, tmp_path, "images" if is_image else "texts", inputs)
    assert shown[0]["title"] == title
    assert saved == ""
    if task == "object_detection":
        assert shown[0]["boxes"] == 2
    if task == "token_classification":
        assert shown[0]["marked"] >= 2
        assert shown[1]["title"] == "No entities"
