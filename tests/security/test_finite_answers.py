"""No answer is made from NaN or infinity."""

import keras
import numpy as np
import pytest
from PIL import Image

import kerastl as ktl
from kerastl.artifacts import Exportable, ImageReader
from kerastl.backbones.running.finite_model import check_finite_outputs, check_finite_weights
from kerastl.search.vector_index import VectorIndex
from kerastl.tasks.classification.measure import ClassificationMeasure
from tests.data.drawing import encode
from tests.security.small_recipes import IMAGES, LABELS, RECIPES, image_recipe

HUGE = 3e38


def damage(model, value=np.nan):
    """Set one weight of a model's first kernel; return its name."""
    variable = next(each for each in model.variables if each.shape and "seed" not in each.path)
    changed = np.array(variable)
    changed.flat[0] = value
    variable.assign(changed)
    return variable.path


@pytest.mark.parametrize("task", RECIPES)
def test_a_model_with_such_a_weight_does_not_predict(task):
    make, names, inputs = RECIPES[task]
    recipe = make()
    recipe.build(names)
    damaged = damage(recipe.model)
    with pytest.raises(ValueError, match="weights that are NaN or infinite") as caught:
        recipe.predict(list(inputs))
    assert damaged in str(caught.value)


def test_such_a_weight_is_found_in_evaluations_embeddings_and_exports(tmp_path):
    recipe = image_recipe(ktl.ImageClassification)()
    recipe.build(("blue", "green", "red"))
    damage(recipe.model, np.inf)
    images, labels = np.concatenate([IMAGES] * 4), np.concatenate([LABELS] * 4)
    data = ktl.data.arrays(images, labels, validation_split=0.5)
    embedding = ktl.Embedding.of(recipe)
    for answer in (
        lambda: recipe.evaluate((IMAGES, LABELS)),
        lambda: embedding.embed(list(IMAGES)),
        lambda: embedding.index(list(IMAGES)),
        lambda: embedding.classifier(data.train),
        lambda: recipe.export(tmp_path / "bundle", data=data),
    ):
        with pytest.raises(ValueError, match="weights that are NaN or infinite"):
            answer()
    assert not (tmp_path / "bundle").exists()


def test_outputs_that_are_infinite_are_no_answer():
    recipe = image_recipe(ktl.ImageRegression)()
    recipe.build(("width",))
    recipe.model.get_layer("head").mean = (np.inf,)
    with pytest.raises(ValueError, match=r"outputs are NaN or infinite.*3 of 3 examples"):
        recipe.predict(list(IMAGES))


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_thresholds_and_intervals_are_numbers(value):
    recipe = image_recipe(ktl.ImageMultiLabelClassification)()
    recipe.build(("red", "green"))
    recipe.model.get_layer("head").thresholds = (0.5, value)
    with pytest.raises(ValueError, match="NaN or infinite for 'green'"):
        recipe.predict(list(IMAGES))
    recipe = image_recipe(ktl.ImageRegression)()
    recipe.build(("width",))
    recipe.model.get_layer("head").half_widths = (np.nan,)
    with pytest.raises(ValueError, match="NaN for 'width'"):
        recipe.predict(list(IMAGES))


def test_an_index_has_and_takes_finite_vectors():
    vectors = np.eye(4, dtype="float32")
    index = VectorIndex(vectors)
    broken = vectors.copy()
    broken[2, 1] = np.nan
    with pytest.raises(ValueError, match=r"in 1 of 4, the first is number 2"):
        VectorIndex(broken)
    for query in (broken, np.full(4, np.inf, np.float32)):
        with pytest.raises(ValueError, match="The query vectors must be finite"):
            index.search(query)


def test_examples_are_named_by_their_number():
    outputs = np.zeros((10, 2, 3))
    check_finite_outputs(outputs)
    outputs[3, 1, 0], outputs[7] = np.nan, -np.inf
    with pytest.raises(ValueError, match=r"2 of 10 examples with such outputs, number 3, 7"):
        check_finite_outputs(outputs)
    with pytest.raises(ValueError, match=r"2 of 50 texts with such outputs, number 33, 37"):
        check_finite_outputs(outputs, "text", np.arange(30, 40), 50)


def test_large_weights_are_numbers():
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2), keras.layers.Dropout(0.5)])
    model.layers[0].kernel.assign(np.full((2, 2), HUGE))
    check_finite_weights(model)


def test_a_served_model_does_not_answer(tmp_path):
    import tensorflow as tf

    from kerastl.artifacts.saved_model.write import write_saved_model

    pixels = keras.Input((8, 8, 3), name="pixels")
    layer = keras.layers.Dense(2, activation="softmax")
    model = keras.Model(pixels, layer(keras.layers.Flatten()(keras.layers.ReLU()(pixels))))
    reader = ImageReader((8, 8))
    names = ("a", "b")
    exportable = Exportable(
        "image_classification", model, names, reader, measure=ClassificationMeasure()
    )
    # A bright image overflows.
    layer.kernel.assign(np.full(layer.kernel.shape, 1e37))
    write_saved_model(exportable, tmp_path / "1")
    served = tf.saved_model.load(str(tmp_path / "1")).signatures
    black, white = (encode(Image.new("RGB", (8, 8), name), "PNG") for name in ("black", "white"))
    answer = served["serving_default"](image_bytes=tf.constant([black, white, black]))
    assert answer["scores"].numpy()[::2].tolist() == [[0.5, 0.5]] * 2
    assert answer["error"].numpy().tolist() == [b"", b"The scores must be finite", b""]
    assert answer["label"].numpy()[1] == b""
    with pytest.raises(tf.errors.InvalidArgumentError, match="The scores must be finite"):
        served["strict"](image_bytes=tf.constant([white]))
    pixels = np.zeros((2, 8, 8, 3), np.float32)
    pixels[1, 0, 0, 0] = np.nan
    answer = served["tensors"](pixels=tf.constant(pixels))
    assert answer["error"].numpy().tolist() == [b"", b"The input pixels must be finite"]
    assert np.isfinite(answer["scores"].numpy()).all()
