import numpy as np
import pytest
from PIL import Image

import kerastl as ktl
from kerastl.data.images.encoded_images import PixelImages


def texts(*values):
    return ktl.data.Split("text", list(values), None, ()).fingerprint()


def pixels(array):
    images = PixelImages(array, np.arange(len(array)))
    return ktl.data.Split("image", images, None, ()).fingerprint()


@pytest.mark.parametrize(
    "other", [("b", "a"), ("ab",), ("a",), ("a", "b", ""), ("a", "B"), ("a\n", "b")]
)
def test_the_fingerprint_depends_on_texts_and_their_order(other):
    assert texts(*other) != texts("a", "b")
    assert texts(*other) == texts(*other)


def test_any_text_has_a_fingerprint():
    assert len({texts("\x00"), texts("\ud800"), texts("é"), texts("")}) == 4


def test_the_fingerprint_depends_on_pixels_and_shape():
    array = np.arange(2 * 4 * 6 * 3, dtype="uint8").reshape(2, 4, 6, 3)
    assert pixels(array) == pixels(array.copy())
    assert pixels(array) == pixels(np.asfortranarray(array))
    others = [array[::-1], array[:1], array + 1, array.reshape(2, 6, 4, 3), array.astype("uint16")]
    assert len({pixels(array), *map(pixels, others)}) == 6


def test_the_fingerprint_depends_on_file_bytes_not_on_paths_or_labels(tmp_path):
    def folder(name, classes=("x", "y"), shade=0):
        for label in classes:
            (tmp_path / name / label).mkdir(parents=True)
            for number in range(3):
                colour = (40 * number, 90 if label == classes[0] else 9, shade)
                Image.new("RGB", (32, 32), colour).save(tmp_path / name / label / f"{number}.png")
        return ktl.data.image_folder(tmp_path / name).train

    first = folder("a")
    assert first.fingerprint() == folder("b", ("p", "q")).fingerprint()
    assert first.fingerprint() != folder("c", shade=1).fingerprint()
    reordered = first.subset([5, 4, 3, 2, 1, 0])
    assert first.fingerprint() != reordered.fingerprint()
