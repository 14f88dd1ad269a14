"""The range of raw pixels belongs to the model."""

import json

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

import kerastl as ktl
from kerastl.artifacts.bundle.model_card import _raw_range
from tests.training import tiny

RANGE = (0.0, 16.0)


def low(count: int = 48) -> tuple[np.ndarray, np.ndarray]:
    """Images from 0 to 16, as `sklearn.datasets.load_digits` gives, and their labels."""
    images, labels = tiny.images(count)
    return np.round(images / 240 * 16), labels


@pytest.fixture(scope="module")
def recipe() -> ktl.Recipe:
    made = ktl.ImageClassification(tiny.backbone(), image_size=(tiny.SIZE, tiny.SIZE))
    data = ktl.data.arrays(*low(), validation_split=0.25, pixel_range=(0, 16))
    made.fit(data, "feature_extraction", verbose=0)
    return made


def scores(recipe: ktl.Recipe, inputs, **options) -> np.ndarray:
    return np.array([list(p.probabilities.values()) for p in recipe.predict(inputs, **options)])


def test_the_same_values_in_any_container_have_the_scores_of_the_evaluation(recipe, tmp_path):
    values, labels = low()
    split = ktl.data.arrays(values, labels, pixel_range=RANGE).train
    expected = recipe.outputs(split)
    assert recipe.evaluate(split).accuracy > 0.9
    bytes_of_8_bits = [tf.io.encode_png(v.astype(np.uint8)).numpy() for v in values]
    photos = [np.round(v * 255 / 16).astype(np.uint8) for v in values]
    containers = {
        "floats": values,
        "a list": list(values),
        "bytes": values.astype(np.uint8),
        "uint16": values.astype(np.uint16),
        "PNG": bytes_of_8_bits,
        "Pillow": [Image.fromarray(v.astype(np.uint8)) for v in values],
        "photos": photos,
        "photos in PNG": [tf.io.encode_png(v).numpy() for v in photos],
    }
    for name, held in containers.items():
        np.testing.assert_allclose(scores(recipe, held), expected, atol=1e-6, err_msg=name)
    with pytest.raises(ValueError, match=r"`pixel_range=\(0, 1\)`.*Received: float64"):
        recipe.predict(values / 16)
    np.testing.assert_allclose(scores(recipe, values / 16, pixel_range=(0, 1)), expected, atol=1e-6)
    with pytest.raises(ValueError, match=r"These examples have their range already.*Received: "):
        recipe.predict(split, pixel_range=(0, 1))


def test_a_loaded_recipe_and_its_files_know_the_range(recipe, tmp_path):
    values, _ = low(4)
    recipe.save(tmp_path / "saved")
    loaded = ktl.load(tmp_path / "saved")
    assert loaded.pixel_range == RANGE
    np.testing.assert_allclose(scores(loaded, values), scores(recipe, values), atol=1e-6)
    reader = loaded.exportable().reader
    assert json.loads(json.dumps(reader.describe()))["pixel_range"] == [0, 16]
    assert "0 as black and 16 as white" in _raw_range(reader.describe())[0]
    raw = [tf.io.encode_png(v.astype(np.uint8)).numpy() for v in values]
    expected = next(iter(loaded.as_split(values).pixels(loaded.image_size)))
    np.testing.assert_array_equal(reader.read(tf.constant(raw))["pixels"], expected)


def test_a_model_without_a_declared_range_says_nothing_of_it():
    made = ktl.ImageClassification(tiny.backbone(), image_size=(tiny.SIZE, tiny.SIZE))
    made.prepare(ktl.data.arrays(*tiny.images()).train)
    assert made.pixel_range is None
    config = made.get_config()
    del config["pixel_range"]  # as an earlier version saved it
    assert type(made).from_config(config).pixel_range is None


def test_a_range_can_be_given_to_the_class_and_that_of_the_data_replaces_it():
    size = (tiny.SIZE, tiny.SIZE)
    made = ktl.ImageClassification(tiny.backbone(), image_size=size, pixel_range=(0, 1))
    made.prepare(ktl.data.arrays(*tiny.images()).train)
    assert type(made).from_config(made.get_config()).pixel_range == made.pixel_range == (0, 1)
    made.prepare(ktl.data.arrays(*low(), pixel_range=RANGE).train)
    assert made.pixel_range == RANGE
    with pytest.raises(ValueError, match="`pixel_range` must be"):
        ktl.ImageClassification(tiny.backbone(), image_size=size, pixel_range=1)


def test_a_card_of_texts_has_no_range():
    assert _raw_range({"kind": "text"}) == []


def test_a_target_in_a_list_has_the_range_of_the_source(recipe):
    from kerastl.recipe.adapting import _pixel_range

    values, labels = low()
    source = ktl.data.arrays(values, labels, pixel_range=RANGE)
    for data in (source, [source], None):
        target = ktl.adaptation.Target.of(list(values), _pixel_range(recipe, data))
        np.testing.assert_array_equal(target.examples.inputs[0], source.train.inputs[0])
    named = ktl.adaptation.Target(list(values), pixel_range=RANGE)
    np.testing.assert_array_equal(named.examples.inputs[0], source.train.inputs[0])
    with pytest.raises(ValueError, match=r"have their range already.*Received: pixel_range"):
        ktl.adaptation.Target(source, pixel_range=RANGE)


def test_an_embedding_has_a_range_of_its_own_or_that_of_its_examples(recipe):
    values, labels = low()
    embedding = ktl.Embedding.of(recipe)
    expected = embedding.embed(values)
    for made in (
        ktl.Embedding(recipe.backbone, image_size=recipe.image_size, pixel_range=RANGE),
        ktl.Embedding(recipe.backbone, image_size=recipe.image_size),
    ):
        own = made.pixel_range
        given = None if own else RANGE
        assert made.embed(values[:4], pixel_range=given).shape == (4, expected.shape[1])
        found = made.classifier(ktl.data.arrays(values, labels, pixel_range=RANGE))
        assert [p.label for p in found.predict(values)] == [
            p.label for p in found.predict(values / 16, pixel_range=(0, 1))
        ]


@pytest.mark.slow
def test_the_saved_model_reads_raw_values_and_photos_alike(recipe, tmp_path):
    values, _ = low(4)
    bundle = recipe.export(tmp_path / "bundle", formats=("saved_model",), max_drop=None)
    told = json.loads((tmp_path / "bundle" / "kerastl.json").read_text())
    assert told["preprocessing"]["pixel_range"] == [0, 16]
    assert "16 as white" in (tmp_path / "bundle" / "README.md").read_text()
    assert all(artifact.kept for artifact in bundle.artifacts)
    (folder,) = (path.parent for path in (tmp_path / "bundle").rglob("saved_model.pb"))
    serve = tf.saved_model.load(str(folder)).signatures["serving_default"]
    expected = scores(recipe, values)
    for held in (values, np.round(values * 255 / 16)):
        raw = tf.constant([tf.io.encode_png(v.astype(np.uint8)).numpy() for v in held])
        np.testing.assert_allclose(serve(image_bytes=raw)["scores"], expected, atol=1e-5)
