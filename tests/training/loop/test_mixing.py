import keras
import numpy as np
import pytest

import kerastl as ktl
from kerastl.data.pipeline.epoch_sampler import EpochSampler
from kerastl.training.loop.mixing import check_mixable, mix_pairs
from tests.training import tiny

pytestmark = pytest.mark.both_backends

CLASSES = 3


def plain():
    """Return images of one colour: the value of a pixel says its class, 0, 100 or 200."""
    labels = np.arange(20) % CLASSES
    images = np.broadcast_to(labels[:, None, None, None] * 100, (20, 16, 16, 3))
    split = ktl.data.arrays(images.astype("uint8"), labels).train
    return split.pixels((16, 16), 8, shuffle=True, seed=EpochSampler(1))


def epochs(mix, seed, count=2):
    batches = mix_pairs(plain(), mix, CLASSES, EpochSampler(seed))
    return [list(batches.as_numpy_iterator()) for _ in range(count)]


@pytest.mark.parametrize("mix", ["mixup", "cutmix"])
def test_the_share_of_a_class_is_its_share_of_the_image(mix):
    batches = epochs(mix, 0, count=1)[0]
    pixels, shares = (np.concatenate(each) for each in zip(*batches, strict=True))
    assert pixels.shape == (20, 16, 16, 3)
    assert shares.shape == (20, CLASSES)
    np.testing.assert_allclose(shares.sum(axis=1), 1, atol=1e-5)
    # A cut is counted in whole pixels, its share in fractions of them.
    allowed = 0.1 if mix == "mixup" else 15
    expected = shares @ (np.arange(CLASSES) * 100)
    np.testing.assert_allclose(pixels.mean(axis=(1, 2, 3)), expected, atol=allowed)
    assert ((shares > 0.01).sum(axis=1) == 2).any()


@pytest.mark.parametrize("mix", ["mixup", "cutmix"])
def test_a_seed_repeats_its_epochs_and_no_two_are_alike(mix):
    first, second = epochs(mix, 0)
    again = epochs(mix, 0)
    other = epochs(mix, 5, count=1)[0]

    def same(one, another):
        pairs = zip(one, another, strict=True)
        return all(np.array_equal(a, b) for (_, a), (_, b) in pairs)

    assert same(first, again[0])
    assert same(second, again[1])
    assert not same(first, second)
    assert not same(first, other)


@pytest.mark.slow
@pytest.mark.parametrize("mix", ["mixup", "cutmix"])
def test_a_phase_mixes_and_learns(mix):
    made = ktl.ImageClassification(tiny.backbone(), image_size=(tiny.SIZE, tiny.SIZE))
    data = ktl.data.arrays(*tiny.images(), validation_split=0.25, seed=0)
    phase = ktl.Phase("all", epochs=2, learning_rate=1e-2, mix=mix, augment=True, keep="last")
    history = made.fit(data, [phase], verbose=0)
    assert {name: len(rows) for name, rows in history.history.items()} == dict.fromkeys(
        ("accuracy", "loss", "val_accuracy", "val_loss"), 2
    )
    assert all(np.isfinite(history.history["loss"]))


def test_texts_are_refused():
    tokens = keras.Input((16,), dtype="int32", name="token_ids")
    model = keras.Model(tokens, keras.layers.Dense(2)(keras.layers.Embedding(5, 4)(tokens)))
    with pytest.raises(ValueError, match="Received: mix='mixup' for a model of token_ids"):
        check_mixable(model, "mixup")
