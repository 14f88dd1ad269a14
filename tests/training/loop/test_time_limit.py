import time

import pytest

from kerastl.training.loop.time_limit import TimeLimit


class Model:
    stop_training = False


def limit(monkeypatch, deadline, epochs=5):
    clock = {"now": 0.0}
    monkeypatch.setattr(time, "perf_counter", lambda: clock["now"])
    said: list[str] = []
    made = TimeLimit(deadline, said.append)
    made.set_params({"epochs": epochs})
    made.set_model(Model())
    return made, clock, said


def run(made, clock, seconds, measuring=1.0):
    """Run epochs of some seconds and batches of one second; return how many batches ran."""
    batches = 0
    for epoch in range(made._epochs):
        made.on_epoch_begin(epoch)
        for _ in range(int(seconds(epoch))):
            clock["now"] += 1.0
            batches += 1
            made.on_train_batch_end(0)
            if made.model.stop_training:
                break
        clock["now"] += measuring
        made.on_epoch_end(epoch)
        if made.model.stop_training:
            break
    return batches


@pytest.mark.parametrize(
    ("deadline", "batches", "where"),
    [
        (100.0, 50, None),
        (33.5, 30, "after epoch 3"),
        (32.9, 20, "after epoch 2"),
        (5.0, 5, "within an epoch"),
    ],
)
def test_a_phase_ends_before_the_time_is_up(deadline, batches, where, monkeypatch):
    made, clock, said = limit(monkeypatch, deadline)
    assert run(made, clock, lambda epoch: 10) == batches
    assert clock["now"] <= deadline + 1.0
    assert [where in line for line in said] == ([] if where is None else [True])


def test_an_epoch_that_becomes_slow_ends_in_time(monkeypatch):
    made, clock, said = limit(monkeypatch, 40.0)
    run(made, clock, lambda epoch: 10 if epoch == 0 else 100)
    assert clock["now"] <= 40.0
    assert said == ["The time of the budget is up: the phase ends within an epoch"]


def test_the_last_epoch_is_no_early_end(monkeypatch):
    made, clock, said = limit(monkeypatch, 23.0, epochs=2)
    run(made, clock, lambda epoch: 10)
    assert not said
    assert not made.ended
