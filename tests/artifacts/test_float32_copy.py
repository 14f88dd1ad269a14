import keras
import numpy as np
import pytest

import kerastl as ktl
from kerastl.artifacts.float32_copy import BOUNDS, check_float32_copy
from tests.training import tiny


@pytest.fixture(scope="module", params=["mixed_float16", "mixed_bfloat16"])
def recipe(request):
    keras.config.set_dtype_policy(request.param)
    try:
        made = ktl.ImageClassification(tiny.backbone(), image_size=(tiny.SIZE, tiny.SIZE))
        data = ktl.data.arrays(*tiny.images(), validation_split=0.25, seed=0)
        made.fit(data, "feature_extraction", verbose=0)
        yield made
    finally:
        keras.config.set_dtype_policy("float32")


def test_the_copy_gives_the_same_answers(recipe) -> None:
    before = recipe.model
    exportable = recipe.exportable()
    assert recipe.model is exportable.trained is before
    layers = exportable.model._flatten_layers(include_self=False)
    assert {layer.compute_dtype for layer in layers} == {"float32"}
    data = recipe.data.validation
    (pixels,) = [each for each, _ in recipe.batches(data, len(data)).as_numpy_iterator()]
    ours, theirs = (each.predict(pixels, verbose=0) for each in (exportable.model, before))
    bound = max(BOUNDS.get(layer.compute_dtype, 0) for layer in before.layers)
    assert np.sqrt(np.mean((ours - theirs) ** 2)) <= bound * np.sqrt(np.mean(theirs**2))


@pytest.mark.slow
@pytest.mark.parametrize("recipe", ["mixed_float16"], indirect=True)
def test_a_mixed_precision_recipe_exports_by_itself(recipe, tmp_path) -> None:
    bundle = recipe.export(tmp_path / "bundle", formats=("tflite",), quantize=("float32",))
    assert [each.kept for each in bundle.artifacts] == [True]


class Examples:
    def __init__(self, pixels):
        self.inputs = {"pixels": pixels}


def test_a_copy_with_other_answers_is_refused(recipe) -> None:
    exportable = recipe.exportable()
    pixels = np.ones((2, tiny.SIZE, tiny.SIZE, 3), "float32")
    scores = exportable.model.predict(pixels, verbose=0)
    check_float32_copy(exportable, Examples(pixels), scores)
    with pytest.raises(RuntimeError, match=r"kerastl.load\(directory, dtype='float32'\).*Received"):
        check_float32_copy(exportable, Examples(pixels), 1.5 * scores)
