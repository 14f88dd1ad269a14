import keras
import numpy as np
import pytest

from kerastl.backbones import PixelScaling
from kerastl.backbones.preprocessing import MODES


@pytest.mark.both_backends
@pytest.mark.parametrize("mode", MODES)
def test_equals_keras_applications(mode: str) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (2, 5, 6, 3)).astype("float32")
    expected = keras.applications.imagenet_utils.preprocess_input(pixels.copy(), mode=mode)
    layer = PixelScaling.named(mode)
    again = PixelScaling.from_config(layer.get_config())
    for each in (layer, again):
        np.testing.assert_allclose(
            keras.ops.convert_to_numpy(each(pixels)), expected, atol=1e-5, rtol=1e-6
        )
