import keras
import numpy as np
import pytest

import kerastl as ktl
from tests.training import tiny

pytestmark = [pytest.mark.both_backends, pytest.mark.slow]

RATE = 1e-3


@pytest.fixture(params=["mixed_float16", "mixed_bfloat16"])
def recipe(request):
    keras.config.set_dtype_policy(request.param)
    try:
        made = ktl.ImageClassification(tiny.backbone(), image_size=(tiny.SIZE, tiny.SIZE))
        made.build(("blue", "green", "red"))
        yield made
    finally:
        keras.config.set_dtype_policy("float32")


class Moved(keras.callbacks.Callback):
    """Notes the largest change of any weight in any batch."""

    def __init__(self):
        super().__init__()
        self.largest = []

    def on_train_batch_begin(self, batch, logs=None):
        self._before = self._weights()

    def on_train_batch_end(self, batch, logs=None):
        if hasattr(self.model, "jax_state_sync"):
            self.model.jax_state_sync()
        changes = [
            np.abs(new - old).max() for new, old in zip(self._weights(), self._before, strict=True)
        ]
        self.largest.append(max(changes))

    def _weights(self):
        return [keras.ops.convert_to_numpy(each).copy() for each in self.model.trainable_weights]


@pytest.mark.parametrize("accumulate", [1, 2])
def test_a_recipe_trains_in_mixed_precision(recipe, accumulate):
    moved = Moved()
    data = ktl.data.arrays(*tiny.pictures(), validation_split=0.25, seed=0)
    phases = [
        ktl.Phase("head", solve=True),
        ktl.Phase(
            "all",
            epochs=6,
            learning_rate={"peak": RATE, "shape": "constant", "warmup": 0.0},
            keep="last",
            accumulate=accumulate,
            weight_decay=0.0,
        ),
    ]
    history = recipe.fit(data, phases, callbacks=[moved], verbose=0)
    assert {weight.dtype for weight in recipe.model.weights} == {"float32"}
    losses = history.history["loss"] + history.history["val_loss"]
    assert np.isfinite(losses).all()
    # Batches whose gradients overflow at the first loss scale of float16 update nothing.
    steps = [each for each in moved.largest if each > 0]
    assert 3 <= len(steps) <= len(moved.largest) // accumulate
    # Adam's first step is the rate itself; those soon after may be a little larger.
    assert steps[0] == pytest.approx(RATE, rel=0.01)
    assert max(steps) < 1.5 * RATE
