import keras
import numpy as np
import pytest

from kerastl.callbacks.known_weights import has_trained


@pytest.mark.parametrize(
    "name", ["adam", "adagrad", "ftrl", "rmsprop", "nadam", "lion", "adamax", "adadelta"]
)
def test_moments_tell_what_has_been_updated(name):
    moved, still = (keras.Variable(np.ones(3, "float32")) for _ in range(2))
    optimizer = keras.optimizers.get(name)
    optimizer.build([moved, still])
    optimizer.apply([keras.ops.ones(3)], [moved])
    assert has_trained(optimizer, moved)
    assert not has_trained(optimizer, still)
