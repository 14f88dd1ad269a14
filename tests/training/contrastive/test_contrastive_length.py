import pytest

from kerastl.training.contrastive.contrastive_length import contrastive_length


@pytest.mark.parametrize(
    ("count", "options", "steps", "epochs"),
    [
        # 16 examples make batches of 16: one step an epoch, in ten epochs of four.
        (16, {}, 40, 10),
        (16, {"epochs": 1}, 1, 1),
        (16, {"max_steps": 7}, 7, 7),
        # 750 examples in batches of 32: never more than the limit.
        (750, {}, 198, 9),
    ],
)
def test_steps_are_as_many_as_the_epochs_need_up_to_the_limit(count, options, steps, epochs):
    assert contrastive_length(count, **options) == (steps, epochs)
