import keras
import numpy as np
import pytest

import kerastl as ktl
from tests.training import tiny
from tests.training.interrupt import Interrupt

pytestmark = [pytest.mark.both_backends, pytest.mark.slow]


def data():
    """Return two splits that name colours differently, so that a linear probe leaves errors."""
    images, labels = tiny.images()
    train, validation = (
        ktl.data.arrays(images, names, validation_split=0.25, seed=0)
        for names in (labels[::-1], labels)
    )
    return ktl.data.Dataset(train.train, validation.validation)


def fit(**settings):
    keras.utils.set_random_seed(1)
    made = ktl.ImageClassification(tiny.backbone(), image_size=(tiny.SIZE, tiny.SIZE))
    # Whatever tuning reaches is kept.
    schedule = ktl.schedules.ProbeGuidedFineTune(
        from_stage="stage3", epochs=2, learning_rate=1e-2, augment=False, required_gain=-1e9
    )
    return made, made.fit(data(), schedule, verbose=0, **settings)


def test_what_was_decided_stays_so_when_a_run_goes_on(tmp_path):
    checkpoint = {"checkpoint": tmp_path / "run", "resume": True}
    unbroken, rows = fit()
    # Epoch 0 is the linear probe, 1 and 2 are those of the phase that was chosen.
    assert [phase["trains"] for phase in rows.phases] == ["head", "from:stage3"]
    for epoch in (1, 2):
        with pytest.raises(KeyboardInterrupt):
            fit(callbacks=[Interrupt(epoch)], **checkpoint)
    resumed, again = fit(**checkpoint)
    assert again.epoch == rows.epoch == [0, 1, 2]
    assert again.decision == rows.decision
    assert again.phases == rows.phases
    assert rows.phases[1]["kept_epoch"] is not None
    for name, values in rows.history.items():
        assert again.history[name] == pytest.approx(values, abs=1e-5)
    for ours, theirs in zip(resumed.model.weights, unbroken.model.weights, strict=True):
        np.testing.assert_allclose(np.asarray(ours), np.asarray(theirs), atol=1e-5)
