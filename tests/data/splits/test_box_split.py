import numpy as np
import pytest
from PIL import Image

import kerastl as ktl
from kerastl.data.images.encoded_images import PixelImages
from kerastl.data.images.upright_sizes import upright_sizes

pytestmark = pytest.mark.both_backends
SIZE = 96


def bright_boxes(count=16):
    """Return dark images with one bright rectangle each."""
    generator = np.random.default_rng(0)
    pixels = np.zeros((count, SIZE, SIZE, 3), np.uint8)
    boxes = []
    for image in pixels:
        (x, y), (width, height) = generator.integers(20, 50, 2), generator.integers(12, 25, 2)
        image[y : y + height, x : x + width] = 255
        boxes.append([[x, y, x + width, y + height]])
    images = PixelImages(pixels, np.arange(count))
    kinds = [[number % 2] for number in range(count)]
    return ktl.data.BoxSplit(images, boxes, kinds, ("even", "odd"), np.full((count, 2), SIZE))


def extent(pixels):
    rows, columns = np.nonzero(pixels[..., 0] > 127)
    return [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]


def test_boxes_move_with_the_image():
    split = bright_boxes()
    augmentation = ktl.data.box_augmentation((SIZE, SIZE))
    pixels, targets = next(
        iter(split.pixels((SIZE, SIZE), 16, augmentation=augmentation, seed=3).as_numpy_iterator())
    )
    still = split.targets((SIZE, SIZE))
    assert np.abs(targets[:, 0, :4] - still[:, 0, :4]).max(axis=1).min() > 0.5
    for image, target, before in zip(pixels, targets, still, strict=True):
        np.testing.assert_allclose(extent(image), target[0, :4], atol=1.1)
        assert target[0, 4] == before[0, 4]


def test_boxes_are_resized_with_the_image():
    split = bright_boxes()
    pixels, targets = next(iter(split.pixels((48, 192), 16).as_numpy_iterator()))
    for image, target in zip(pixels, targets, strict=True):
        np.testing.assert_allclose(extent(image), target[0, :4], atol=2.1)


def test_a_part_keeps_boxes_with_their_images():
    split = bright_boxes()
    part = split.subset([5, 2])
    np.testing.assert_array_equal(part.boxes[0], split.boxes[5])
    assert part.class_counts() == {"even": 1, "odd": 1}
    np.testing.assert_array_equal(part.inputs[1], split.inputs[2])


def test_the_stratum_of_an_image_is_its_rarest_class():
    images = bright_boxes(4).inputs
    box = [1, 1, 9, 9]
    split = ktl.data.BoxSplit(
        images, [[box, box], [box], [box], []], [[0, 1], [0], [1], []], "ab", np.full((4, 2), 96)
    )
    assert split.strata.tolist()[1:] == [0, 1, 0]
    with pytest.raises(ValueError, match="One image cannot be divided"):
        _ = split.subset([0]).strata


def test_sizes_are_of_the_upright_image(tmp_path):
    image = Image.fromarray(np.zeros((30, 40, 3), np.uint8))
    exif = image.getexif()
    exif[0x0112] = 6
    image.save(tmp_path / "lying.jpg", exif=exif)
    split = ktl.data.Split.from_raw([tmp_path / "lying.jpg"], "image")
    assert upright_sizes(split.inputs).tolist() == [[30, 40]]
