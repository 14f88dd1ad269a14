import keras
import numpy as np
import pytest

from kerastl.training.loop.finite_loss import FiniteLoss

pytestmark = pytest.mark.both_backends


@pytest.mark.parametrize(("poison", "loss"), [(np.nan, "nan"), (1e30, "inf")])
def test_training_stops_in_the_step_that_breaks(poison, loss):
    inputs = np.ones((8, 2), "float32")
    inputs[5] = poison
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    watched = {"callbacks": [FiniteLoss("phase 2 of 3")], "initial_epoch": 4, "epochs": 6}
    with pytest.raises(FloatingPointError, match=f"{loss} in step 3 of epoch 5, in phase 2 of 3"):
        model.fit(inputs, np.ones(8), batch_size=2, shuffle=False, verbose=0, **watched)


def test_a_finite_loss_is_left_alone():
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(np.ones((4, 2)), np.ones(4), epochs=2, verbose=0, callbacks=[FiniteLoss()])
