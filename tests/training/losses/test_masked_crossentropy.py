import keras
import numpy as np
import pytest

from kerastl.training.losses.masked_crossentropy import MaskedCrossentropy

pytestmark = pytest.mark.both_backends


def test_padding_changes_nothing():
    generator = np.random.default_rng(0)
    outputs = keras.ops.softmax(generator.normal(size=(2, 3, 4)).astype("float32"))
    labels = generator.integers(0, 4, (2, 3))
    padded = np.pad(labels, [(0, 0), (0, 5)], constant_values=-1)
    wide = keras.ops.pad(outputs, [(0, 0), (0, 5), (0, 0)], constant_values=0.25)
    loss = MaskedCrossentropy()
    assert float(loss(padded, wide)) == pytest.approx(float(loss(labels, outputs)), rel=1e-6)


def test_a_batch_without_any_label_has_no_loss():
    outputs = np.full((1, 2, 2), 0.5, "float32")
    assert float(MaskedCrossentropy()(np.full((1, 2), -1), outputs)) == 0
