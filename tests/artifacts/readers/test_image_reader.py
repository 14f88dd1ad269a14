"""Encoded images, read one by one inside a graph."""

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from kerastl.artifacts import ImageReader
from kerastl.data.images.decoding import decode_image, resize
from tests.data.drawing import colourful, encode
from tests.data.images.test_decoding import CASES

SIZE = (24, 20)
READER = ImageReader(SIZE, max_pixels=64 * 48 * 2)
READ = tf.function(READER.read_each, [tf.TensorSpec((None,), tf.string)], autograph=False)
GOOD = sorted(name for name, (_, in_graph) in CASES.items() if in_graph)


def test_the_pixels_are_those_of_training() -> None:
    contents = [CASES[name][0] for name in GOOD]
    inputs, errors = READ(tf.constant(contents))
    assert set(errors.numpy()) == {b""}
    for content, pixels in zip(contents, inputs["pixels"].numpy(), strict=True):
        np.testing.assert_array_equal(pixels, resize(decode_image(content), SIZE).numpy())


def test_each_image_has_its_own_error() -> None:
    large = encode(Image.new("L", (64 * 48 * 2 + 1, 1)), "PNG")
    good = CASES["jpeg"][0]
    raw = [good, b"", b"no image", good[: len(good) // 2], large, CASES["png"][0][:-40], good]
    inputs, errors = READ(tf.constant(raw))
    reasons = ["", "must be a JPEG", "must be a JPEG", "cannot be decoded", "at most 6,144 pixels"]
    reasons += ["cannot be decoded", ""]
    for reason, error in zip(reasons, errors.numpy(), strict=True):
        assert reason in error.decode()
        assert bool(reason) == bool(error)
    pixels = inputs["pixels"].numpy()
    np.testing.assert_array_equal(pixels[0], pixels[-1])
    assert pixels[0].max() > 0
    assert pixels[1:-1].max() == 0


def test_all_may_fail_and_there_may_be_none() -> None:
    for raw in ([b"a", b"b"], []):
        inputs, errors = READ(tf.constant(raw, tf.string))
        assert inputs["pixels"].shape == (len(raw), *SIZE, 3)
        assert errors.shape == (len(raw),)


def test_reading_all_raises_with_position_and_reason() -> None:
    message = r"(?s)Received: .*1.*must be a JPEG"
    with pytest.raises(tf.errors.InvalidArgumentError, match=message):
        READER.read(tf.constant([CASES["jpeg"][0], b"x"]))


def test_values_outside_a_declared_range_are_one_images_error() -> None:
    reader = ImageReader(SIZE, (0, 100))
    deep = [np.full((9, 9), value, np.uint16) for value in (50, 500)]
    raw = [encode(Image.fromarray(each), "PNG") for each in deep]
    inputs, errors = reader.read_each(tf.constant(raw))
    assert inputs["pixels"].numpy()[0, 0, 0, 0] == 128
    assert errors.numpy()[0] == b""
    assert b"range from 0 to 100" in errors.numpy()[1]


def test_the_limit_is_exact_and_described() -> None:
    content = encode(colourful(), "PNG")
    for limit, fits in ((64 * 48, True), (64 * 48 - 1, False)):
        reader = ImageReader(SIZE).with_max_pixels(limit)
        assert reader.describe()["max_pixels"] == limit
        _, errors = reader.read_each(tf.constant([content]))
        assert (errors.numpy()[0] == b"") is fits
    for wrong in (0, 2.5, True):
        with pytest.raises(ValueError, match="`max_pixels` must be a whole number"):
            ImageReader(SIZE, max_pixels=wrong)
