"""Receivers that several threads share answer as they do alone."""

import contextlib
import importlib
import io
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from kerastl.artifacts.litert.runner import LiteRTModel
from tests.export import tiny_files

FOLDER = Path(__file__).resolve().parents[2] / "export"
THREADS = 8


@pytest.fixture(scope="module")
def programs():
    """The modules `classify` and `detect`, of which the second imports the first."""
    sys.path.insert(0, str(FOLDER / "python"))
    try:
        yield {name: importlib.import_module(name) for name in ("classify", "detect")}
    finally:
        sys.path.remove(str(FOLDER / "python"))
        for name in ("classify", "detect"):
            sys.modules.pop(name, None)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("files")
    return {
        "image": tiny_files.image_file(folder),
        "text": tiny_files.text_file(folder),
        "detection": tiny_files.detection_file(folder),
    }


def images(count=120):
    """Encoded images, each of another colour and pattern."""
    random = np.random.default_rng(0)
    for _ in range(count):
        content = io.BytesIO()
        pixels = random.integers(0, 256, (tiny_files.SIDE, tiny_files.SIDE, 3), np.uint8)
        Image.fromarray(pixels).save(content, "PNG")
        yield content.getvalue()


def texts(count=400):
    random = np.random.default_rng(1)
    for _ in range(count):
        yield " ".join(random.choice(tiny_files.WORDS[5:], 12))


def answers(receiver, items):
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(receiver, items))


def receivers(programs, files):
    classify, detect = programs["classify"].Classifier, programs["detect"].Detector
    model = LiteRTModel(files["image"].read_bytes())
    pixels = np.random.default_rng(2).random((120, 1, 32, 32, 3), np.float32) * 255
    return {
        "images": (classify(files["image"]), list(images())),
        "texts": (classify(files["text"]), list(texts())),
        "objects": (detect(files["detection"]), list(images())),
        "kerastl": (lambda one: model.predict({"pixels": one}).tolist(), list(pixels)),
    }


@pytest.mark.parametrize("kind", ["images", "texts", "objects", "kerastl"])
def test_threads_that_share_a_receiver_get_the_answers_of_one_thread(programs, files, kind):
    receiver, items = receivers(programs, files)[kind]
    alone = [receiver(item) for item in items]
    assert len({str(answer) for answer in alone}) > len(items) / 2
    wrong = sum(one != other for one, other in zip(answers(receiver, items), alone, strict=True))
    assert wrong == 0


class Overlaps:
    """Stands for an interpreter, and counts calls that begin before another one ends."""

    def __init__(self):
        self.inside = self.count = 0

    def __call__(self, **inputs):
        self.count += self.inside > 0
        self.inside += 1
        time.sleep(0.002)
        self.inside -= 1
        return {"scores": np.zeros((1, 40), np.float32)}


@pytest.mark.parametrize("is_locked", [True, False])
def test_an_interpreter_runs_one_call_at_a_time(programs, files, is_locked):
    model = programs["classify"].Model(files["image"])
    model._run = overlaps = Overlaps()
    if not is_locked:
        model._lock = contextlib.nullcontext()  # so that this test is known to fail without it
    answers(lambda item: model(pixels=item), range(24))
    assert (overlaps.count == 0) is is_locked


def test_a_failed_call_leaves_the_receiver_usable(programs, files):
    classifier = programs["classify"].Classifier(files["image"])
    item = next(iter(images(1)))
    expected = classifier(item)
    with pytest.raises(ValueError, match="Invalid number of inputs"):
        classifier._model(pixels=np.zeros((1, 32, 32, 3), np.float32), other=np.zeros(1))
    answered = []
    thread = threading.Thread(target=lambda: answered.append(classifier(item)), daemon=True)
    thread.start()
    thread.join(30)
    assert answered == [expected]


@pytest.mark.parametrize(
    ("path", "guards"),
    [
        ("mobile/android/ImageClassifier.kt", ["synchronized(interpreter) { interpreter.run("]),
        ("mobile/ios/ImageClassifier.swift", ["lock.lock()", "defer { lock.unlock() }"]),
        ("web/model.js", ["this.running.then(() => this.#run(values))"]),
    ],
)
def test_receivers_in_other_languages_take_turns(path, guards):
    source = (FOLDER / path).read_text(encoding="utf-8")
    assert all(guard in source for guard in guards)
    assert "one thread at a time" not in source
