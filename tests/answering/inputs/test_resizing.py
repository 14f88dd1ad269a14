import numpy as np
import pytest
import tensorflow as tf

from kerastl.answering.inputs.resizing import resize_rounded
from kerastl.data.images.decoding import AREA_ABOVE, resize

SIZES = [(48, 64), (20, 31), (97, 41), (300, 200), (32, 24), (1, 1), (64, 48), (65, 48), (7, 900)]


@pytest.mark.parametrize("size", SIZES)
def test_it_resizes_as_training_does(size):
    image = np.random.default_rng(0).integers(0, 256, (*size, 3), np.uint8)
    expected = resize(tf.constant(image), (32, 24)).numpy()
    made = resize_rounded(image, (32, 24), AREA_ABOVE)
    assert made.dtype == np.float32
    assert made.shape == (32, 24, 3)
    # Values halfway between two numbers may be rounded either way.
    assert np.abs(made - expected).max() <= 1
    assert (made == expected).mean() > 0.998


def test_the_image_is_left_as_it_is():
    image = np.random.default_rng(0).random((9, 9, 3)).astype(np.float32)
    before = image.copy()
    resize_rounded(image, (4, 4), 100)
    resize_rounded(image, (2, 2), 4)
    np.testing.assert_array_equal(image, before)
