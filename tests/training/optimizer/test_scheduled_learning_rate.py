import keras
import numpy as np
import pytest

from kerastl.training.optimizer.scheduled_learning_rate import ScheduledLearningRate

pytestmark = pytest.mark.both_backends

STEPS = 100


def rates(schedule, at, **settings):
    return keras.ops.convert_to_numpy(
        ScheduledLearningRate(schedule, 2.0, STEPS, **settings)(np.array(at))
    )


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        ("cosine", {0: 2, 25: 1.7071068, 50: 1, 75: 0.2928932, 100: 0, 300: 0}),
        ("linear", {0: 2, 10: 1.8, 50: 1, 99: 0.02, 100: 0, 300: 0}),
        ("constant", {0: 2, 50: 2, 100: 2, 300: 2}),
        ("annealed", {0: 2, 50: 0.5216948, 100: 0.3311200, 300: 0.3311200}),
        ("one_cycle", {0: 2, 25: 1.707110, 50: 1.00001, 100: 2e-5, 300: 2e-5}),
        (
            "steps",
            {0: 2, 29: 2, 31: 0.2, 59: 0.2, 61: 0.02, 89: 0.02, 91: 0.002, 100: 0.002, 300: 0.002},
        ),
    ],
)
def test_the_rate_falls_by_its_schedule(schedule, expected):
    assert rates(schedule, [*expected]) == pytest.approx([*expected.values()], rel=1e-5, abs=1e-6)


@pytest.mark.parametrize(
    ("schedule", "settings", "expected"),
    [
        ("linear", {"warmup": 20}, {0: 0, 5: 0.5, 10: 1, 19: 1.9, 20: 2, 60: 1, 100: 0}),
        ("linear", {"warmup": 20, "start": 0.5}, {0: 1, 5: 1.25, 10: 1.5, 20: 2, 60: 1}),
        ("cosine", {"warmup": 20}, {0: 0, 10: 1, 20: 2, 40: 1.7071068, 60: 1, 100: 0}),
        ("constant", {"warmup": 20}, {0: 0, 10: 1, 20: 2, 100: 2}),
        # Its rise is half a cosine, too, from a 25th unless told otherwise.
        (
            "one_cycle",
            {"warmup": 20},
            {0: 0.08, 5: 0.3611775, 10: 1.04, 15: 1.7188225, 20: 2, 60: 1.00001, 100: 2e-5},
        ),
        ("one_cycle", {"warmup": 20, "start": 0.2}, {0: 0.4, 10: 1.2, 20: 2}),
        # Falls are counted in the steps after the rise.
        ("steps", {"warmup": 20}, {10: 1, 20: 2, 43: 2, 44: 0.2, 67: 0.2, 68: 0.02, 92: 0.002}),
    ],
)
def test_the_rate_rises_before_it_falls(schedule, settings, expected):
    risen = rates(schedule, [*expected], **settings)
    assert risen == pytest.approx([*expected.values()], rel=1e-5, abs=1e-6)


@pytest.mark.parametrize(
    ("schedule", "start"), [("cosine", 0), ("one_cycle", 0.04), ("steps", 0.3)]
)
def test_a_rate_survives_its_configuration(schedule, start):
    given = {} if start in (0, 0.04) else {"start": start}
    rate = ScheduledLearningRate(schedule, 2.0, STEPS, warmup=20, **given)
    serialized = keras.optimizers.schedules.serialize(rate)
    again = keras.optimizers.schedules.deserialize(serialized)
    assert again.get_config() == {
        "schedule": schedule,
        "peak": 2.0,
        "steps": STEPS,
        "warmup": 20,
        "start": start,
    }
    np.testing.assert_array_equal(*(np.asarray(each(np.arange(120))) for each in (rate, again)))
