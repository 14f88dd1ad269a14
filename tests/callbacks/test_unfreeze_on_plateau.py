import pytest

from kerastl.callbacks import UnfreezeOnPlateau
from tests.callbacks.moving import Movement, Script, compiled, fit, nested, staged


def unfrozen(model, metrics, name="val_loss", optimizer="sgd", **settings):
    """Train by the script; return how many blocks or stages moved in each epoch."""
    movement = Movement()
    callback = UnfreezeOnPlateau(name, **settings)
    epochs = {"epochs": len(metrics)}
    fit(compiled(model, optimizer), Script(name, metrics), callback, movement, **epochs)
    assert movement.statistics == [set()] * len(metrics)
    return [len(moved - {"head"}) for moved in movement.weights]


@pytest.mark.parametrize("make", [staged, nested])
@pytest.mark.parametrize(
    ("settings", "metrics", "expected"),
    [
        ({"patience": 1}, [3, 2, 1, 0], [0, 0, 0, 0]),
        ({"patience": 1}, [3, 3, 3, 3, 3], [0, 0, 1, 2, 3]),
        ({"patience": 2}, [3, 2, 2, 2, 1, 1, 1], [0, 0, 0, 0, 1, 1, 1]),
        # The patience is waited for once, and again only after an improvement.
        ({"patience": 3}, [3, 3, 3, 3, 3, 3], [0, 0, 0, 0, 1, 2]),
        ({"patience": 1, "min_delta": 0.5}, [3, 2.8, 2.0], [0, 0, 1]),
        ({"patience": 1, "name": "val_accuracy"}, [0.5, 0.6, 0.6, 0.7], [0, 0, 0, 1]),
        ({"patience": 1, "name": "score", "mode": "max"}, [1, 1, 2], [0, 0, 1]),
    ],
)
def test_a_stage_is_unfrozen_when_the_figure_stands_still(make, settings, metrics, expected):
    assert unfrozen(make(), metrics, **settings) == expected


@pytest.mark.slow
@pytest.mark.parametrize(("optimizer", "candidate"), [("adam", 2), ("adagrad", 2), ("sgd", 0)])
def test_a_later_fit_goes_on_with_what_the_optimizer_has_trained(optimizer, candidate):
    model, movement = nested(), Movement()
    unfrozen(model, [3, 3, 3, 3], optimizer=optimizer, patience=1)
    again = UnfreezeOnPlateau(patience=1)
    fit(model, Script("val_loss", [1, 1], 3), again, movement, initial_epoch=3, epochs=5)
    assert [len(moved - {"head"}) for moved in movement.weights] == [candidate, candidate]
    assert movement.epochs == [3, 4]


def test_a_figure_that_is_not_there_is_named():
    with pytest.warns(UserWarning, match=r"hold no 'val_f1'\. Received: accuracy, loss"):
        fit(compiled(nested()), UnfreezeOnPlateau("val_f1"), epochs=1)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"patience": 0}, "patience=0"),
        ({"min_delta": -1.0}, r"min_delta=-1\.0"),
        ({"mode": "down"}, "mode='down'"),
        ({"monitor": "val_score"}, "monitor='val_score', mode='auto'"),
    ],
)
def test_an_invalid_setting_is_refused_with_the_value_named(settings, message):
    with pytest.raises(ValueError, match=f"Received: {message}"):
        UnfreezeOnPlateau(**settings)
