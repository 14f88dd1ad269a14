import itertools

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerastl.data import default_augmentation
from kerastl.data.pipeline.epoch_sampler import EpochSampler
from kerastl.data.pipeline.seeded_map import seeded_map

pytestmark = pytest.mark.both_backends

SIZE = 8


def batches(count=4):
    pixels = np.random.default_rng(0).uniform(0, 255, (6, SIZE, SIZE, 3)).astype("float32")
    return tf.data.Dataset.from_tensors(pixels).repeat(count)


def augmented(seed, purpose="augmentation"):
    layer = default_augmentation((SIZE, SIZE))
    return seeded_map(batches(), lambda pixels: layer(pixels, training=True), seed, purpose)


def passed(dataset):
    return np.stack(list(dataset.as_numpy_iterator()))


def test_batches_epochs_seeds_and_purposes_differ():
    dataset = augmented(0)
    changed = [
        *passed(dataset),
        *passed(dataset),
        *passed(augmented(1)),
        *passed(augmented(0, "x")),
    ]
    for one, other in itertools.combinations(changed, 2):
        assert np.abs(one - other).mean() > 1


def test_an_epoch_draws_the_same_whatever_was_drawn_before():
    sampler = EpochSampler(0)
    dataset = augmented(sampler)
    passes = [passed(dataset) for _ in range(3)]
    fresh_sampler = EpochSampler(0)
    fresh = augmented(fresh_sampler).prefetch(2)
    next(fresh.as_numpy_iterator())
    fresh_sampler.start(2)
    np.testing.assert_array_equal(passed(fresh), passes[2])


def test_examples_of_a_batch_are_changed_one_by_one():
    flip = keras.layers.RandomFlip("horizontal")  # not built, and without a seed
    original = passed(batches())
    flipped = passed(seeded_map(batches(), lambda p: flip(p, training=True), 0, "flip"))
    same = (flipped == original).all(axis=(2, 3, 4))
    mirrored = (flipped == original[:, :, :, ::-1]).all(axis=(2, 3, 4))
    assert (same ^ mirrored).all()
    assert 0 < same.mean() < 1


def test_the_layers_own_seed_states_do_not_change():
    flip = keras.layers.RandomFlip("horizontal", seed=4)
    before = np.asarray(flip.generator.state)
    passed(seeded_map(batches(), lambda pixels: flip(pixels, training=True), 0, "flip"))
    np.testing.assert_array_equal(np.asarray(flip.generator.state), before)
