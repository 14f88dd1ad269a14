import keras
import numpy as np
import pytest

import kerastl as ktl
from tests.training.cache import counted

TRAIN = 48
# Once the backbone has changed, the score of unknown inputs reads the training examples again.
SCORE = TRAIN
pytestmark = pytest.mark.both_backends


@pytest.mark.slow
def test_augmented_views_go_through_the_frozen_stages_once():
    phase = ktl.Phase("last:1", augment=True, views=2, epochs=5)
    assert counted.fit(None, phases=[phase])[1] == 2 * TRAIN + SCORE
    fewer = ktl.Phase("last:1", augment=True, views=7, epochs=2)
    assert counted.fit(None, phases=[fewer])[1] == 2 * TRAIN + SCORE


def test_without_views_every_epoch_has_new_augmentation():
    assert counted.fit(None, phases=[ktl.Phase("last:1", augment=True, epochs=3)])[1] >= 3 * TRAIN


def test_where_augmentation_changes_nothing_features_are_kept():
    dataset, pixels = counted.data()
    phase = ktl.Phase("last:1", augment=True, epochs=3)
    counted.recipe(augmentation="none").fit(dataset, [phase], batch_size=4)
    assert pixels[0].reads == TRAIN + SCORE


@pytest.mark.slow
def test_views_are_found_again_and_another_seed_has_its_own(tmp_path):
    phases = [ktl.Phase("head", linear_probe=True, augment=True, views=2)]
    first, reads = counted.fit(tmp_path, phases=phases)
    assert reads == TRAIN + 3 * TRAIN
    again, reads = counted.fit(tmp_path, phases=phases)
    assert reads == TRAIN
    heads = [made.model.get_layer("head").get_weights() for made in (first, again)]
    for ours, theirs in zip(*heads, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert counted.fit(tmp_path, phases=phases, seed=1)[1] == TRAIN + 2 * TRAIN


def test_a_linear_probe_is_fitted_on_the_views_and_the_original_examples():
    darker = keras.layers.RandomBrightness((-0.5, -0.5), value_range=(0, 255))
    fitted = {}
    for views in (None, 2):
        dataset, _ = counted.data()
        made = counted.recipe(augmentation=darker)
        phase = ktl.Phase("head", linear_probe=True, augment=True, views=views)
        history = made.fit(dataset, [phase])
        layer = made.model.get_layer("pooling")
        fitted[views] = keras.ops.convert_to_numpy(layer.centre), history.history["loss"][0]
    assert np.abs(fitted[2][0] - fitted[None][0]).max() > 1e-3
    assert fitted[2][1] < 1


@pytest.mark.parametrize("given", [{"views": 2}, {"views": 1, "augment": False}])
def test_views_need_an_augmenting_phase(given):
    with pytest.raises(ValueError, match="pass augment=True"):
        ktl.Phase("head", **given)
