import numpy as np
import pytest
from PIL import Image

import kerastl as ktl
from kerastl.data.images.pixel_range import check_range, to_uint8_rgb

RANDOM = np.random.default_rng(0).random((3, 8, 8, 3))


@pytest.mark.parametrize(
    ("images", "hint"),
    [
        (RANDOM, r"pixel_range=\(0, 1\)"),
        (RANDOM.astype(np.float16), r"pixel_range=\(0, 1\)"),
        (RANDOM * 2 - 1, r"pixel_range=\(-1, 1\)"),
        (RANDOM * 600, r"pixel_range="),
        (RANDOM * 255 - 120, r"pixel_range="),
        (np.full((2, 8, 8, 3), np.nan), r"pixel_range="),
        ((RANDOM > 0.5).astype(np.int64), r"pixel_range=\(0, 1\)"),
        ([RANDOM[0], RANDOM[1]], r"pixel_range=\(0, 1\)"),
        (RANDOM * 16, r"pixel_range=\(0, 16\)"),
        ((RANDOM * 17).astype(np.uint8), r"pixel_range=\(0, 16\)"),
        ((RANDOM * 17).astype(np.int64), r"pixel_range=\(0, 16\)"),
        ((RANDOM * 32).astype(np.uint8), r"pixel_range=\(0, 31\)"),
        ((RANDOM * 4096).astype(np.int32), r"pixel_range=\(0, 4095\)"),
        ((RANDOM * 4000 - 1000).astype(np.int16), r"pixel_range=\(-998, 2998\)"),
    ],
)
def test_pixels_that_were_scaled_already(images, hint) -> None:
    with pytest.raises(ValueError, match=r"Pixels must be from 0 to 255.*" + hint):
        check_range(images, None)


@pytest.mark.parametrize(("top", "white"), [(255, 255), (1023, 1023), (4095, 4095), (9000, 16383)])
def test_sixteen_bits_far_below_their_range(top, white) -> None:
    images = (RANDOM * (top + 1)).astype(np.uint16)
    with pytest.raises(ValueError, match=rf"from 0 to 65535.*pixel_range=\(0, {white}\).*uint16"):
        check_range(images, None)
    check_range(images, (0, top))


@pytest.mark.parametrize(
    ("images", "given"),
    [
        ((RANDOM * 20).astype(np.uint8), None),
        ((RANDOM * 9000).astype(np.uint16), None),
        (RANDOM * 20, None),
        (RANDOM, (0, 1)),
        (RANDOM * 3, (0, 16)),
    ],
)
def test_a_few_images_for_a_model_may_be_dark(images, given) -> None:
    check_range(images, given, predicting=True)


@pytest.mark.parametrize(
    ("images", "given", "hint"),
    [
        ((RANDOM * 256).astype(np.uint16), None, r"pixel_range=\(0, 255\)"),
        (RANDOM * 16, None, r"pixel_range=\(0, 16\)"),
        (RANDOM, (0, 16), r"pixel_range=\(0, 1\)"),
        (RANDOM, (0, 4095), r"pixel_range=\(0, 1\)"),
        (RANDOM * 2 - 1, (0, 255), r"pixel_range=\(-1, 1\)"),
    ],
)
def test_images_of_another_scale_than_the_model(images, given, hint) -> None:
    with pytest.raises(ValueError, match=hint):
        check_range(images, given, predicting=True)


@pytest.mark.parametrize(
    "images",
    [
        RANDOM * 255,
        (RANDOM * 255).astype(np.uint8),
        (RANDOM * 255).astype(np.int32),
        (RANDOM * 65_535).astype(np.uint16),
        RANDOM > 0.5,
        np.zeros((2, 4, 4, 3), np.uint8),
        [RANDOM[0] * 255, RANDOM[1] * 0],
    ],
)
def test_pixels_in_the_range_of_their_type(images) -> None:
    check_range(images, None)


@pytest.mark.parametrize(
    "given", [(1, 0), (0, 0), (0, 1, 2), 255, "01", ("a", "b"), (0, np.nan), (0, np.inf)]
)
def test_an_invalid_range_is_refused(given) -> None:
    with pytest.raises(ValueError, match=r"`pixel_range` must be"):
        check_range(RANDOM, given)


@pytest.mark.parametrize(
    ("image", "pixel_range", "expected"),
    [
        (np.array([[[0.0, 0.5, 1.0]]]), (0, 1), [0, 128, 255]),
        (np.array([[[-1.0, 0.0, 1.0]]]), (-1, 1), [0, 128, 255]),
        (np.array([[[0, 256, 65_535]]], np.uint16), None, [0, 1, 255]),
        (np.array([[[0, 1023, 511]]], np.uint16), (0, 1023), [0, 255, 127]),
        (np.array([[[0, 256, 65_535]]], ">u2"), None, [0, 1, 255]),
        (np.array([[[0.4, 99.6, 255.0]]]), None, [0, 100, 255]),
        (np.array([[[True]]]), None, [255, 255, 255]),
        (np.array([[7]], np.uint8), None, [7, 7, 7]),
        (np.array([[[100, 0]]], np.uint8), None, [255, 255, 255]),
        (np.array([[[10, 20, 30, 255]]], np.uint8), None, [10, 20, 30]),
        (np.array([[[0, 0, 0, 51]]], np.uint8), None, [204, 204, 204]),
        (np.array([[[0, 8, 16]]], np.uint8), (0, 16), [0, 128, 255]),
        (np.array([[[8, 8, 8, 255]]], np.uint8), (0, 16), [128, 128, 128]),
        (np.array([[[0, 0, 0, 65_535]]], np.uint16), (0, 4095), [0, 0, 0]),
        (np.array([[[0.0, 0.0, 0.0, 0.2]]]), (0, 1), [204, 204, 204]),
    ],
)
def test_conversion_to_eight_bits(image, pixel_range, expected) -> None:
    pixels = to_uint8_rgb(image, pixel_range, "it")
    assert pixels.dtype == np.uint8
    assert pixels[0, 0].tolist() == expected


def test_values_outside_the_stated_range() -> None:
    with pytest.raises(ValueError, match=r"outside the range 0 to 1.*Received: .* in image 4"):
        to_uint8_rgb(RANDOM[0] * 3, (0, 1), "image 4")


def test_eight_bits_that_do_not_fit_the_range() -> None:
    image = np.array([[0, 17]], np.uint8)
    for pixel_range in ((0, 16), (0, 4095)):
        with pytest.raises(ValueError, match=r"Received: "):
            to_uint8_rgb(image, pixel_range, "it")
        by_model = to_uint8_rgb(image, pixel_range, "it", predicting=True)
        assert by_model[..., 0].tolist() == [[0, 17]]


@pytest.mark.parametrize("shape", [(4,), (4, 4, 5), (2, 4, 4, 3), (0, 4, 3)])
def test_shapes_that_are_not_an_image(shape) -> None:
    with pytest.raises(ValueError, match=r"An image array must have shape"):
        to_uint8_rgb(np.zeros(shape, np.uint8), None, "it")


@pytest.mark.parametrize("kind", ["array", "list", "Pillow", "PNG"])
def test_images_of_one_colour_tell_nothing_about_the_scale(kind, tmp_path) -> None:
    images = np.stack([np.full((9, 9, 3), (i, i % 2, 3), np.uint8) for i in range(4)])
    files = [tmp_path / f"{i}.png" for i in range(4)]
    for image, file in zip(images, files, strict=True):
        Image.fromarray(image).save(file)
    given = {
        "array": images,
        "list": list(images),
        "Pillow": [Image.fromarray(image) for image in images],
        "PNG": files,
    }
    assert len(ktl.data.arrays(given[kind], [0, 1, 0, 1]).train) == 4
