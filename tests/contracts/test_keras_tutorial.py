"""The way of the Keras tutorials: a folder, `image_dataset_from_directory`, callbacks, a file."""

import csv
from pathlib import Path
from types import SimpleNamespace

import keras
import numpy as np
import pytest
from PIL import Image

import kerastl as ktl
from tests.training import tiny

pytestmark = pytest.mark.slow

PHASES = [ktl.Phase("head", linear_probe=True), ktl.Phase("last:1", epochs=2)]


def recipe() -> ktl.ImageClassification:
    keras.utils.set_random_seed(1)
    return ktl.ImageClassification(tiny.backbone(), image_size=tiny.SIZE, augmentation="none")


@pytest.fixture(scope="module")
def tutorial(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """Train on what Keras reads from a folder, and on the same folder read by kerastl."""
    folder, files = tmp_path_factory.mktemp("photos"), tmp_path_factory.mktemp("files")
    for number, (pixels, name) in enumerate(zip(*tiny.images(36), strict=True)):
        (folder / name).mkdir(exist_ok=True)
        Image.fromarray(pixels).save(folder / name / f"{number:02}.png")
    # Keras shuffles the files at random, and reads them at another size.
    dataset = keras.utils.image_dataset_from_directory(folder, image_size=(64, 64), verbose=False)
    callbacks = [
        keras.callbacks.ModelCheckpoint(files / "model.keras"),
        keras.callbacks.CSVLogger(files / "log.csv"),
    ]
    fitted, other = recipe(), recipe()
    history = fitted.fit(dataset, PHASES, callbacks=callbacks, verbose=0)
    other.fit(ktl.data.image_folder(folder), PHASES, verbose=0)
    return SimpleNamespace(**locals())


def test_the_same_model_as_from_the_folder(tutorial: SimpleNamespace) -> None:
    fitted, other, folder = tutorial.fitted, tutorial.other, tutorial.folder
    assert fitted.class_names == other.class_names == tuple(tutorial.dataset.class_names)
    paths = tutorial.dataset.file_paths
    for given in (tutorial.dataset, paths, ktl.data.from_tf(tutorial.dataset), folder):
        ours, theirs = fitted.predict(given), other.predict(given)
        for one, another in zip(ours, theirs, strict=True):
            assert one.probabilities == pytest.approx(another.probabilities, abs=1e-6)
    by_path = zip(paths, fitted.predict(tutorial.dataset), strict=True)
    right = [Path(path).parent.name == prediction.label for path, prediction in by_path]
    assert fitted.evaluate(tutorial.dataset).accuracy == pytest.approx(np.mean(right))
    assert fitted.evaluate(ktl.data.image_folder(folder)).accuracy == pytest.approx(np.mean(right))


def test_the_checkpoint_of_keras_is_the_model(tutorial: SimpleNamespace) -> None:
    images = tiny.images(6)[0].astype("float32")
    loaded = keras.saving.load_model(tutorial.files / "model.keras")
    expected = tutorial.fitted.model.predict(images, verbose=0)
    np.testing.assert_allclose(loaded.predict(images, verbose=0), expected, atol=1e-6)


def test_the_log_has_every_epoch(tutorial: SimpleNamespace) -> None:
    rows = list(csv.DictReader((tutorial.files / "log.csv").open()))
    assert [int(row["epoch"]) for row in rows] == tutorial.history.epoch == [0, 1, 2]
    losses = [float(row["val_loss"]) for row in rows]
    assert losses == pytest.approx(tutorial.history.history["val_loss"])


def test_the_exported_file_agrees(tutorial: SimpleNamespace, tmp_path: Path) -> None:
    bundle = tutorial.fitted.export(
        tmp_path / "out", formats=["tflite"], quantize=["float32"], data=tutorial.dataset
    )
    assert [artifact.agreement for artifact in bundle.artifacts] == [1.0]
