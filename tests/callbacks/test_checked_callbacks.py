import keras
import pytest

import kerastl as ktl
from kerastl.callbacks.checked_callbacks import checked_callbacks

K = keras.callbacks


class Halving(K.LearningRateScheduler):
    """A user's own schedule."""

    def __init__(self):
        super().__init__(lambda epoch: 0.5**epoch)


@pytest.mark.parametrize(
    ("given", "received"),
    [
        (K.ReduceLROnPlateau(), "ReduceLROnPlateau"),
        (K.LearningRateScheduler(lambda epoch: 1e-3), "LearningRateScheduler"),
        (Halving(), "Halving, a LearningRateScheduler"),
        (ktl.callbacks.GradualUnfreeze(), "GradualUnfreeze"),
        (K.SwapEMAWeights(), "SwapEMAWeights"),
    ],
)
def test_what_a_phase_sets_no_callback_sets(given, received):
    for callbacks in (given, [K.EarlyStopping(), given]):
        with pytest.raises(ValueError, match=f"cannot set .*[Pp]hase.*Received: {received}$"):
            checked_callbacks(callbacks)
        with pytest.raises(ValueError, match=f"cannot set .*Received: {received}$") as error:
            checked_callbacks(callbacks, takes_phases=False)
        assert "phase" not in str(error.value).lower()


@pytest.mark.parametrize("given", ["x", 5, [None], [K.EarlyStopping], K.EarlyStopping, {"a": 1}])
def test_what_is_no_callback_is_refused(given):
    with pytest.raises(ValueError, match=r"must be a list of objects of .*Received: "):
        checked_callbacks(given)


def test_one_callback_none_and_a_list_of_keras_are_taken():
    one = K.History()
    assert checked_callbacks(one) == checked_callbacks((one,)) == [one]
    assert checked_callbacks(K.CallbackList([one])) == [one]
    assert checked_callbacks(None) == []


@pytest.mark.parametrize(
    ("metric", "mode"), [("val_accuracy", "max"), ("val_map50", "max"), ("val_loss", "min")]
)
def test_the_direction_of_a_metric_is_known(metric, mode):
    assert checked_callbacks(K.EarlyStopping(metric))[0].mode == mode
    assert checked_callbacks(K.ModelCheckpoint("a.keras", metric, mode="min"))[0].mode == "min"
