import numpy as np
import pytest

from kerastl.data.images.augmentation import default_augmentation
from kerastl.data.sources.memory import arrays
from tests.data.drawing import colourful

IMAGES = np.stack([np.asarray(colourful(seed=i)) for i in range(8)])


def test_it_changes_images_only_in_training() -> None:
    augmentation = default_augmentation((48, 64))
    pixels = IMAGES.astype(np.float32)
    np.testing.assert_array_equal(np.asarray(augmentation(pixels, training=False)), pixels)
    changed = np.asarray(augmentation(pixels, training=True))
    assert changed.shape == pixels.shape
    assert all(np.abs(changed - pixels).mean(axis=(1, 2, 3)) > 1)


@pytest.mark.both_backends
def test_it_runs_in_the_pipeline_with_new_changes_each_epoch() -> None:
    split = arrays(IMAGES, [0, 1] * 4).train
    dataset = split.pixels((48, 64), 8, augmentation=default_augmentation((48, 64)))
    (first, labels), (second, _) = (next(dataset.as_numpy_iterator()) for _ in range(2))
    assert first.min() >= 0
    assert first.max() <= 255
    assert np.abs(first - IMAGES).mean() > 1
    assert labels.tolist() == [0, 1] * 4
    assert np.abs(first - second).mean() > 1


def test_without_flip_left_stays_left() -> None:
    halves = np.zeros((32, 48, 64, 3), np.float32)
    halves[:, :, 32:] = 255
    changed = np.asarray(default_augmentation((48, 64), flip=False)(halves, training=True))
    assert np.all(changed[:, 20:28, 50:].mean((1, 2, 3)) > changed[:, 20:28, :14].mean((1, 2, 3)))


def test_strength_scales_the_change() -> None:
    pixels = np.repeat(IMAGES, 8, 0).astype(np.float32)

    def change(strength: str) -> float:
        augmentation = default_augmentation((48, 64), strength=strength, flip=False)
        return float(np.abs(np.asarray(augmentation(pixels, training=True)) - pixels).mean())

    assert change("light") < change("medium") < change("strong")
    with pytest.raises(ValueError, match=r"Unknown augmentation strength.*Received: 'stron'"):
        default_augmentation((48, 64), strength="stron")
