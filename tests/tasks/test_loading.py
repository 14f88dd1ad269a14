import keras
import numpy as np
import pytest

import kerastl as ktl
from tests.training import tiny


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """A recipe that was built under mixed precision, with dropout inside its head."""
    recipe = ktl.ImageClassification(
        tiny.network(), preprocessing="none", image_size=(tiny.SIZE, tiny.SIZE), dropout=0.3
    )
    keras.config.set_dtype_policy("mixed_float16")
    try:
        recipe.build(("a", "b"))
    finally:
        keras.config.set_dtype_policy("float32")
    folder = tmp_path_factory.mktemp("saved") / "run"
    recipe.save(folder)
    return folder, recipe


def policies(recipe):
    """Return the policies of the head's layers, which do not have one of their own."""
    layers = recipe.model.get_layer("head")._flatten_layers()
    return {layer.dtype_policy.name for layer in layers if layer.name != "logits"}


@pytest.mark.parametrize(
    ("dtype", "current"),
    [(None, "float32"), ("float32", "mixed_float16"), ("mixed_bfloat16", "mixed_float16")],
)
def test_dtype_decides_on_loading_whatever_the_global_policy(saved, dtype, current) -> None:
    folder, recipe = saved
    keras.config.set_dtype_policy(current)
    try:
        loaded = ktl.load(folder, dtype=dtype)
    finally:
        keras.config.set_dtype_policy("float32")
    assert policies(loaded) == {dtype or "mixed_float16"}
    assert {weight.dtype for weight in loaded.model.weights} <= {"float32", "uint32"}
    pixels = tiny.images(8)[0].astype("float32")
    given, expected = (np.asarray(each.model(pixels)) for each in (loaded, recipe))
    np.testing.assert_allclose(given, expected, atol=2e-2 if dtype == "mixed_bfloat16" else 5e-3)


def test_the_backbone_of_a_loaded_recipe_has_the_same_precision(tmp_path) -> None:
    recipe = ktl.ImageClassification(tiny.backbone(), image_size=(tiny.SIZE, tiny.SIZE))
    recipe.build(("a", "b"))
    recipe.save(tmp_path / "run")
    loaded = ktl.load(tmp_path / "run", dtype="mixed_bfloat16")
    layers = loaded.backbone.build().get_layer("stage2")._flatten_layers(include_self=False)
    assert "mixed_bfloat16" in {layer.dtype_policy.name for layer in layers}


@pytest.mark.parametrize("dtype", ["float64", "float16", 32])
def test_an_unknown_dtype_is_refused(saved, dtype) -> None:
    with pytest.raises(ValueError, match=r"Unknown dtype\. .*Received: "):
        ktl.load(saved[0], dtype=dtype)
