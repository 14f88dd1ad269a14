"""What every task promises of training that prepares for rounding."""

import keras
import numpy as np
import pytest

from kerastl.tasks.registry import TASKS
from tests.contracts.recipes_under_test import case

pytestmark = pytest.mark.both_backends
CONVOLUTIONAL = [name for name, row in TASKS.items() if row.modality == "image"]
# What differs between tasks is no backend's, and JAX takes long to compile it.
ON_THIS_BACKEND = (
    CONVOLUTIONAL
    if keras.backend.backend() == "tensorflow"
    else ("image_classification", "image_regression")
)


@pytest.mark.slow
@pytest.mark.parametrize("task", ON_THIS_BACKEND)
def test_it_ends_no_further_from_the_float_model(task, tmp_path):
    chosen = case(task, tmp_path)
    recipe = chosen.make()
    recipe.fit(chosen.data, chosen.quick, verbose=0)
    before = recipe.model.get_weights()
    history = recipe.fit_quantized(chosen.data, bits=4, epochs=2, learning_rate=1e-3, verbose=0)
    (phase,) = history.phases
    assert phase["agreement"] >= phase["agreement_before"]
    same = zip(before, recipe.model.get_weights(), strict=True)
    assert all((a == b).all() for a, b in same)
    assert (4 in recipe.quantized_weights) == (phase["kept_epoch"] is not None)
    assert np.isfinite(history.history["val_divergence"]).all()
    assert chosen.figure(recipe.evaluate(chosen.data.validation)) > 0.9 * chosen.learnable


@pytest.mark.parametrize("task", [task for task in TASKS if task not in CONVOLUTIONAL])
def test_a_transformer_is_told_of_dynamic_files(task, tmp_path):
    chosen = case(task, tmp_path)
    recipe = chosen.make()
    recipe.build(chosen.data.class_names)
    with pytest.raises(ValueError, match=r"dynamic.*Received: a network with the attention"):
        recipe.fit_quantized(chosen.data)
