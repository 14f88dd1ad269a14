from types import SimpleNamespace

import pytest

from kerastl.training.schedules.joint_fine_tune import JointFineTune

STAGES = ("embeddings", "layer1", "layer2")


@pytest.mark.parametrize(("count", "epochs"), [(3_000, 4), (320, 15), (16, 30)])
def test_few_examples_are_passed_over_more_often(count, epochs):
    examples = SimpleNamespace(training_count=count, batch_size=16)
    (phase,) = JointFineTune().phases(STAGES, examples)
    assert (phase.trains, phase.epochs) == ("from:layer1", epochs)


def test_it_begins_where_it_is_told():
    (phase,) = JointFineTune(from_stage="layer2", epochs=2, learning_rate=1e-3).phases(STAGES)
    assert (phase.trains, phase.epochs, phase.learning_rate) == ("from:layer2", 2, 1e-3)
    with pytest.raises(ValueError, match="layer9"):
        JointFineTune(from_stage="layer9").phases(STAGES)
