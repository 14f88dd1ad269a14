import pytest

from kerastl.callbacks import GradualUnfreeze
from tests.callbacks.moving import Movement, compiled, fit, nested, sequential, staged

RUNGS = {
    staged: [set(), {"stage3"}, {"stage2", "stage3"}, {"stage1", "stage2", "stage3"}],
    sequential: [set(), {"block3"}, {"block2", "block3"}, {"block1", "block2", "block3"}],
}
RUNGS[nested] = RUNGS[sequential]


@pytest.mark.parametrize("make", RUNGS)
@pytest.mark.parametrize(
    ("settings", "candidates"),
    [({}, [0, 1, 2, 3, 3]), ({"epochs_per_stage": 2, "first_epoch": 1}, [0, 1, 1, 2])],
)
def test_one_more_stage_trains_from_the_top(make, settings, candidates):
    movement = Movement()
    fit(compiled(make()), GradualUnfreeze(**settings), movement, epochs=len(candidates))
    assert movement.weights == [{"head"} | RUNGS[make][candidate] for candidate in candidates]
    assert movement.statistics == [set()] * len(candidates)


def test_a_named_head_comes_first_and_is_no_step_of_its_own():
    movement = Movement()
    callback = GradualUnfreeze(head=["block3", "head"])
    fit(compiled(sequential()), callback, movement, epochs=3)
    assert movement.weights == [
        {"block3", "head"},
        {"block2", "block3", "head"},
        {"block1", "block2", "block3", "head"},
    ]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"epochs_per_stage": 0}, "epochs_per_stage=0"),
        ({"first_epoch": 0}, "first_epoch=0"),
        ({"first_epoch": -2}, "first_epoch=-2"),
    ],
)
def test_an_invalid_setting_is_refused_with_the_value_named(settings, message):
    with pytest.raises(ValueError, match=f"Received: {message}"):
        GradualUnfreeze(**settings)
