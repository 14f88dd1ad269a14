import keras
import numpy as np
import pytest

import kerastl as ktl
from kerastl.data.images.rand_augment import RandAugment, randaugment
from tests.data.drawing import colourful

IMAGES = np.stack([np.asarray(colourful(seed=i)) for i in range(8)])
SIZE = IMAGES.shape[1:3]


def epochs(seed, count=2):
    split = ktl.data.arrays(IMAGES, [0, 1] * 4).train
    batches = split.pixels(SIZE, 4, seed=seed, augmentation=randaugment(SIZE))
    passes = [[pixels for pixels, _ in batches.as_numpy_iterator()] for _ in range(count)]
    return [np.concatenate(each) for each in passes]


@pytest.mark.both_backends
@pytest.mark.slow
def test_it_runs_in_the_pipeline_and_repeats_with_its_seed():
    first, second = epochs(seed=3)
    assert first.shape == IMAGES.shape
    assert first.min() >= 0
    assert first.max() <= 255
    assert np.abs(first - IMAGES).mean() > 1
    assert np.abs(first - second).mean() > 1
    np.testing.assert_array_equal(first, epochs(seed=3, count=1)[0])
    assert np.abs(first - epochs(seed=4, count=1)[0]).mean() > 1


@pytest.mark.both_backends
def test_it_changes_images_only_in_training():
    pixels = IMAGES.astype(np.float32)
    unchanged = randaugment(SIZE)(pixels, training=False)
    np.testing.assert_array_equal(np.asarray(unchanged), pixels)


@pytest.mark.parametrize("kind", range(len(RandAugment._AUGMENT_LAYERS)))
def test_the_chosen_operations_give_what_keras_keeps(kind):
    ours = RandAugment((0, 255), num_ops=1, factor=0.1, seed=7)
    pixels = IMAGES.astype(np.float32)
    drawn = ours.get_random_transformation(pixels)
    drawn["layer_idxes"] = keras.ops.convert_to_tensor([kind], dtype="int32")
    kept = keras.layers.RandAugment.transform_images(ours, pixels, drawn)
    run = ours.transform_images(pixels, drawn)
    np.testing.assert_array_equal(np.asarray(run), np.asarray(kept))


def test_posterization_leaves_at_least_four_bits():
    ours = RandAugment((0, 255), num_ops=1, factor=0.1, seed=7)
    pixels = IMAGES.astype(np.float32)
    drawn = ours.get_random_transformation(pixels)
    drawn["layer_idxes"] = [ours._AUGMENT_LAYERS.index("random_posterization")]
    changed = np.asarray(ours.transform_images(pixels, drawn))
    assert 0 < np.abs(changed - pixels).max() <= 15


@pytest.mark.both_backends
@pytest.mark.slow
def test_a_recipe_takes_it_by_name():
    from tests.training import tiny

    recipe = ktl.ImageClassification(
        tiny.backbone(), image_size=(tiny.SIZE, tiny.SIZE), augmentation="randaugment"
    )
    split = ktl.data.arrays(*tiny.images()).train
    plain, changed = (
        next(recipe.batches(split, 8, augment=augment).as_numpy_iterator())[0]
        for augment in (False, True)
    )
    assert np.abs(changed - plain).mean() > 1
    assert type(recipe).from_config(recipe.get_config()).augmentation == "randaugment"
