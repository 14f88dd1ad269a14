import importlib.util
import io
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from kerastl.artifacts import ImageReader

PROGRAM = Path(__file__).resolve().parents[2] / "export" / "python" / "classify.py"


def program():
    spec = importlib.util.spec_from_file_location("classify", PROGRAM)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("size", [(48, 64), (20, 31), (97, 41), (300, 200), (32, 32)])
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_it_prepares_the_pixels_that_the_model_was_trained_on(size, mode):
    generator = np.random.default_rng(0)
    shape = size if mode == "L" else (*size, 3)
    picture = Image.fromarray(generator.integers(0, 256, shape, np.uint8), mode)
    content = io.BytesIO()
    picture.save(content, "PNG")
    reader = ImageReader((32, 32))
    ours = reader.read(tf.constant([content.getvalue()]))["pixels"].numpy()
    theirs = program()._read_picture(content.getvalue(), reader.describe(), np.float32)["pixels"]
    # Rounding of values that lie halfway is the only difference.
    assert np.abs(ours - theirs).max() <= 1
    assert (ours == theirs).mean() > 0.98
