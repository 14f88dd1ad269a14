"""The page gives a model the pixels that the Python program gives it."""

import base64
import io
import json

import numpy as np
import pytest
from PIL import Image

from kerastl.artifacts import ImageReader
from tests.chromium import find_browser
from tests.export.test_python_receiver import program
from tests.export.web_page import PAGE, Browser, Server

pytestmark = pytest.mark.slow
READ = """
(async () => {
  const { readPixels } = await import("./pixels.js");
  const bytes = Uint8Array.from(atob(%r), (letter) => letter.charCodeAt(0));
  try {
    return Array.from(await readPixels(new Blob([bytes]), %s));
  } catch (error) {
    return error.message;
  }
})()
"""


@pytest.fixture(scope="module")
def read():
    """Read the content of an image file as the page does."""
    with Server(PAGE) as server, Browser(find_browser()) as page:
        page("open", server.address)

        def read(content, description):
            encoded = base64.b64encode(content).decode()
            return page("evaluate", READ % (encoded, json.dumps(description)))

        yield read


def png(size, mode, highest=255):
    channels = {"RGB": (3,), "RGBA": (4,), "LA": (2,)}.get(mode, ())
    values = np.random.default_rng(0).integers(0, highest + 1, (*size, *channels))
    if mode == "RGBA":
        values[..., -1] = 255 * (values[..., -1] > highest / 2)
    content = io.BytesIO()
    kind = np.uint16 if mode == "I;16" else np.uint8
    Image.fromarray(values.astype(kind)).save(content, "PNG")
    return content.getvalue()


@pytest.mark.parametrize("size", [(48, 64), (20, 31), (97, 41), (300, 200), (32, 32), (1, 9)])
@pytest.mark.parametrize("mode", ["RGB", "L", "RGBA"])
def test_pixels_are_those_of_the_python_program(read, size, mode):
    described = ImageReader((32, 24)).describe()
    content = png(size, mode)
    ours = np.array(read(content, described)).reshape(32, 24, 3)
    theirs = program().read_image(content, described)[0]
    # Rounding of values that lie halfway is the only difference.
    assert np.abs(ours - theirs).max() <= 1
    assert (ours == theirs).mean() > 0.98


@pytest.mark.parametrize("pixel_range", [(0, 16), (0, 200), (-1, 1), (0, 4095)])
@pytest.mark.parametrize("highest", [16, 255])
def test_a_png_with_the_range_of_the_training_images_is_scaled(read, pixel_range, highest):
    described = ImageReader((32, 32), pixel_range).describe()
    content = png((32, 32), "L", highest)
    ours = np.array(read(content, described)).reshape(32, 32, 3)
    assert (ours == program().read_image(content, described)[0]).all()


def test_what_a_browser_cannot_read_is_said(read):
    described = ImageReader((32, 32), (0, 4095)).describe()
    assert "keep 8 bits of a PNG" in read(png((32, 32), "I;16", 4095), described)
    described = ImageReader((32, 32), max_pixels=1000).describe()
    assert read(png((40, 40), "RGB"), described) == "The image must have at most 1000 pixels."
