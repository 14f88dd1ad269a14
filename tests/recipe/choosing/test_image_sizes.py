import numpy as np
import pytest

import kerastl as ktl
from kerastl.recipe.choosing.image_sizes import image_size_candidates
from tests.training import tiny


class Network:
    """What the candidates read of a backbone."""

    def __init__(self, own=(224, 224), step=32):
        self.image_size, self.size_step = own, step


def images(height=300, width=300, count=6):
    arrays = np.zeros((count, height, width, 3), "uint8")
    arrays[:, :, ::2] = 255
    return ktl.data.Split.from_raw(list(arrays), "image").inputs


def sizes(found):
    return [each.settings["image_size"] for each in found.candidates]


def test_sizes_lie_around_the_own_one():
    found = image_size_candidates(Network(), images())
    assert sizes(found) == [(n, n) for n in (128, 160, 224, 288, 320, 384)]
    assert found.default.settings == {"image_size": (224, 224)}
    assert found.why_one is None
    assert [round(each.cost, 2) for each in found.candidates][:3] == [0.33, 0.51, 1.0]


@pytest.mark.parametrize("own", [(299, 299), (240, 240), (224, 320), (96, 96)])
def test_sides_keep_their_remainder(own):
    found = image_size_candidates(Network(own), images())
    assert own in sizes(found)
    for size in sizes(found):
        assert [(side - mine) % 32 for side, mine in zip(size, own, strict=True)] == [0, 0]
        assert min(size) >= 32


def test_small_images_are_not_enlarged_further():
    found = image_size_candidates(Network(), images(60, 60))
    assert sizes(found) == [(128, 128), (160, 160), (224, 224)]
    assert "a typical image has a side of 60 pixels" in found.notes[0]


def test_long_images_are_named():
    found = image_size_candidates(Network(), images(80, 400))
    assert found.notes[0].startswith("6 of 6 images are more than 3 times as long as wide")


@pytest.mark.parametrize(
    ("most", "largest", "default"),
    [(224 * 224, 224, 224), (170 * 170, 160, 160), (100 * 100, 96, 96), (300 * 300, 288, 224)],
)
def test_pixels_are_bounded(most, largest, default):
    found = image_size_candidates(Network(), images(), most)
    assert sizes(found)[-1] == (largest, largest)
    assert found.default.settings["image_size"] == (default, default)


def test_a_bound_below_every_size_is_refused():
    with pytest.raises(ValueError, match=r"`max_pixels` is below.*Received: max_pixels=100"):
        image_size_candidates(Network(), images(), 100)
    with pytest.raises(ValueError, match=r"`max_pixels` is below"):
        image_size_candidates(Network(step=None), images(), 100 * 100)


def test_a_network_of_one_size_says_so():
    found = image_size_candidates(tiny.backbone(), images())
    assert sizes(found) == [(tiny.SIZE, tiny.SIZE)]
    assert found.why_one == "the network takes images of 12 x 12 pixels only"
