import pytest

from kerastl.tasks.few_shot.contrastive_fine_tune import ContrastiveFineTune


@pytest.mark.parametrize("option", [{"epochs": 0}, {"max_steps": 2.5}, {"learning_rate": -1.0}])
def test_a_value_out_of_range_is_refused(option):
    with pytest.raises(ValueError, match=f"Received: {next(iter(option))}="):
        ContrastiveFineTune(**option)


def test_the_phases_are_contrastive_tuning_and_a_linear_probe():
    tuning, probe = ContrastiveFineTune(learning_rate=1e-4).phases(("embeddings", "layer1"))
    assert (tuning.trains, tuning.rate.peak, tuning.keep) == ("from:layer1", 1e-4, "last")
    assert (tuning.contrastive_steps, probe.linear_probe) == (200, True)
