import keras
import numpy as np
import pytest

import kerastl as ktl
from kerastl.training.optimizer.scheduled_learning_rate import ScheduledLearningRate

pytestmark = pytest.mark.both_backends


def rates(phase, updates):
    rate = phase.rate
    schedule = ScheduledLearningRate(
        rate.schedule, rate.peak, updates, round(updates * rate.warmup), rate.start
    )
    return keras.ops.convert_to_numpy(schedule(np.arange(updates + 1)))


def test_both_cycles_have_the_numbers_of_fastai():
    frozen, unfrozen = ktl.schedules.OneCycleFineTune(epochs=7).phases(("a", "b", "c"))
    assert (frozen.trains, frozen.epochs) == ("head", 1)
    assert (unfrozen.trains, unfrozen.epochs) == ("all", 7)
    head, everything = rates(frozen, 100), rates(unfrozen, 100)
    assert head[0] == pytest.approx(2e-3 / 25)
    assert head.argmax() == 99
    assert head.max() == pytest.approx(2e-3)
    assert everything[0] == pytest.approx(1e-3 / 5)
    assert everything.argmax() == 30
    assert everything.max() == pytest.approx(1e-3)
    assert everything[-1] == pytest.approx(1e-3 / 1e5, rel=1e-2)


@pytest.mark.parametrize("stages", [2, 3, 10])
def test_the_first_stage_learns_a_hundredth_as_fast(stages):
    names = tuple(f"stage{number}" for number in range(stages))
    decay = ktl.schedules.OneCycleFineTune().phases(names)[1].rate.stage_decay
    assert decay ** (stages - 1) == pytest.approx(1 / 100)
