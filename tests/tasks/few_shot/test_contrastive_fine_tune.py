import numpy as np
import pytest

from kerastl.tasks.few_shot.contrastive_fine_tune import ContrastiveFineTune


@pytest.mark.parametrize(
    ("labels", "options", "steps", "epochs"),
    [
        # Two classes of 8 make batches of 16: one step an epoch, in ten epochs of four.
        (np.repeat(np.arange(2), 8), {}, 4, 10),
        (np.repeat(np.arange(2), 8), {"epochs": 1}, 1, 1),
        (np.repeat(np.arange(2), 8), {"max_steps": 7}, 1, 7),
        # 750 examples in batches of 32: never more than the limit.
        (np.repeat(np.arange(150), 5), {}, 22, 9),
    ],
)
def test_steps_are_as_many_as_the_epochs_need_up_to_the_limit(labels, options, steps, epochs):
    assert ContrastiveFineTune(**options).steps(labels) == (steps, epochs)


@pytest.mark.parametrize("option", [{"epochs": 0}, {"max_steps": 2.5}, {"learning_rate": -1.0}])
def test_a_value_out_of_range_is_refused(option):
    with pytest.raises(ValueError, match=f"Received: {next(iter(option))}="):
        ContrastiveFineTune(**option)


def test_the_phases_are_contrastive_tuning_and_a_linear_probe():
    tuning, probe = ContrastiveFineTune(learning_rate=1e-4).phases(("embeddings", "layer1"))
    assert (tuning.trains, tuning.rate.peak, tuning.keep) == ("from:layer1", 1e-4, "last")
    assert probe.linear_probe
