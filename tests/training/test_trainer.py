import keras
import pytest

import kerastl as ktl
from kerastl.training.freezing import stages
from tests.training import tiny

pytestmark = pytest.mark.both_backends


class Trained(keras.callbacks.Callback):
    """Notes which stages train in each epoch."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def on_epoch_begin(self, epoch, logs=None):
        names = [stage.name for stage in stages(self.model) if stage.trainable]
        self.seen.append((epoch, names))


def recipe():
    return ktl.ImageClassification(tiny.backbone(), image_size=(tiny.SIZE, tiny.SIZE))


def data():
    return ktl.data.arrays(*tiny.pictures(), validation_split=0.25, seed=0)


def test_phases_run_in_order_as_one_history():
    noted = Trained()
    phases = [
        ktl.Phase("head", solve=True),
        ktl.Phase("last:1", epochs=1),
        ktl.Phase("all", epochs=2, augment=True),
    ]
    history = recipe().fit(data(), phases, callbacks=[noted], verbose=0)
    assert noted.seen == [(1, ["stage3"]), (2, list(tiny.STAGES)), (3, list(tiny.STAGES))]
    assert history.epoch == [0, 1, 2, 3]
    assert {name: len(rows) for name, rows in history.history.items()} == dict.fromkeys(
        ("accuracy", "loss", "val_accuracy", "val_loss"), 4
    )
    assert [phase["first_epoch"] for phase in history.phases] == [0, 1, 2]
    assert "inverse_penalty" in history.phases[0]


def test_a_solved_head_is_what_the_model_then_computes():
    made, examples = recipe(), data()
    history = made.fit(examples, "feature_extraction", verbose=0)
    evaluation = made.evaluate(examples.validation)
    assert evaluation.accuracy == pytest.approx(history.history["val_accuracy"][0])
    assert evaluation.loss == pytest.approx(history.history["val_loss"][0], rel=1e-3)


def test_a_phase_never_ends_worse_on_validation_than_it_began():
    made, examples = recipe(), data()
    wild = ktl.Phase("all", epochs=2, learning_rate=10.0)
    history = made.fit(examples, [ktl.Phase("head", solve=True), wild], verbose=0)
    assert made.evaluate(examples.validation).accuracy >= history.history["val_accuracy"][0] - 1e-6


def test_the_same_seed_gives_the_same_weights():
    def weights():
        keras.utils.set_random_seed(1)
        made = recipe()
        made.fit(data(), [ktl.Phase("all", epochs=2, augment=True)], seed=5, verbose=0)
        return made.model.get_weights()

    first, second = weights(), weights()
    assert all((a == b).all() for a, b in zip(first, second, strict=True))


def test_a_stage_of_a_late_phase_is_checked_before_anything_trains():
    made = recipe()
    noted = Trained()
    phases = [ktl.Phase("all", epochs=1), ktl.Phase("from:stage9")]
    with pytest.raises(ValueError, match="Unknown stage"):
        made.fit(data(), phases, callbacks=[noted], verbose=0)
    assert noted.seen == []


def test_moments_of_what_keeps_training_survive_a_phase():
    made = recipe()
    phases = [
        ktl.Phase("head", epochs=2, keep_best=False),
        ktl.Phase("last:1", epochs=1, keep_best=False),
    ]
    made.fit(data(), phases, verbose=0)
    optimizer = made.model.optimizer
    steps = {
        variable.path: int(count)
        for variable, count in zip(optimizer._trainable_variables, optimizer._steps, strict=True)
    }
    batches = -(-36 // 16)
    assert {count for path, count in steps.items() if "head" in path} == {3 * batches}
    assert {count for path, count in steps.items() if "head" not in path} == {batches}
