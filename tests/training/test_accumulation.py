import keras
import numpy as np
import pytest

import kerastl as ktl
from kerastl.training.loop.phase_optimizer import optimizer_for_phase
from kerastl.training.optimizer.staged_adamw import StagedAdamW
from tests.training import tiny

pytestmark = pytest.mark.both_backends

BATCH = 8


def trained(batch_size, accumulate):
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            keras.Input((5,)),
            keras.layers.Dense(4, "tanh", name="hidden"),
            keras.layers.Dense(3, "softmax", name="head"),
        ]
    )
    generator = np.random.default_rng(0)
    inputs = generator.normal(size=(8 * BATCH, 5)).astype("float32")
    labels = inputs[:, :3].argmax(axis=1)
    rate = {"peak": 1e-2, "schedule": "linear", "warmup": 0.2}
    phase = ktl.Phase("all", epochs=5, learning_rate=rate, accumulate=accumulate)
    batches = phase.epochs * len(inputs) // batch_size
    optimizer = optimizer_for_phase(
        model.trainable_variables,
        phase,
        peak=1e-2,
        batches=batches,
        previous=StagedAdamW(),
        rate_multipliers={},
    )
    model.compile(optimizer, "sparse_categorical_crossentropy")
    model.fit(inputs, labels, batch_size=batch_size, epochs=phase.epochs, shuffle=False, verbose=0)
    return model.get_weights(), optimizer


def test_accumulated_batches_are_one_large_batch():
    small, accumulating = trained(BATCH, accumulate=4)
    large, plain = trained(4 * BATCH, accumulate=1)
    assert int(accumulating.iterations) == int(plain.iterations) == 10
    assert {int(count) for count in accumulating.step_counts} == {10}
    for ours, theirs in zip(small, large, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-5)


def test_the_rate_counts_updates():
    optimizer = trained(BATCH, accumulate=4)[1]
    assert optimizer._learning_rate.steps == 10
    assert float(optimizer.learning_rate) == pytest.approx(0, abs=1e-9)


def test_a_phase_without_a_single_update_is_refused():
    recipe = ktl.ImageClassification(tiny.backbone(), image_size=(tiny.SIZE, tiny.SIZE))
    data = ktl.data.arrays(*tiny.images(), validation_split=0.25, seed=0)
    phase = ktl.Phase("head", epochs=2, accumulate=7)
    with pytest.raises(ValueError, match=r"has only 6 batches.*Received: accumulate=7"):
        recipe.fit(data, [phase], verbose=0)
