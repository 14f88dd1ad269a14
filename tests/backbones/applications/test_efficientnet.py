from pathlib import Path

import keras
import numpy as np

import kerastl as ktl

DEVIATION = np.array([0.229, 0.224, 0.225], "float32")


def test_imagenet_weights_from_a_file_scale_pixels_as_by_name(tmp_path: Path) -> None:
    """Keras divides by the root of the deviation once more, only under weights="imagenet"."""
    reference = keras.applications.EfficientNetB0(
        include_top=False, weights=None, input_shape=(32, 32, 3)
    )
    scaling = next(x for x in reference.layers if isinstance(x, keras.layers.Normalization))
    scaling.adapt_mean.assign(np.reshape([0.485, 0.456, 0.406], scaling.adapt_mean.shape))
    scaling.adapt_variance.assign(np.reshape(DEVIATION, scaling.adapt_variance.shape))
    scaling.finalize_state()
    reference.save_weights(tmp_path / "b0.weights.h5")
    pixels = np.random.default_rng(0).integers(0, 256, (1, 32, 32, 3)).astype("float32")
    stem = keras.Model(scaling.output, reference.output)
    expected = stem(np.asarray(scaling(pixels / 255)) / np.sqrt(DEVIATION))
    model = ktl.backbone("efficientnet_b0", weights=tmp_path / "b0.weights.h5").build((32, 32))
    np.testing.assert_allclose(np.asarray(model(pixels)), np.asarray(expected), atol=1e-5)
