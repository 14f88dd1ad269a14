from pathlib import Path

import keras
import numpy as np
import pytest

import kerastl as ktl
from kerastl.backbones.weights import download_failed


def test_imagenet_weights_from_a_file_are_those_of_keras(mobilenet_weights: Path) -> None:
    model = ktl.backbone("mobilenet_v2", alpha=0.35, weights=mobilenet_weights).build()
    expected = keras.applications.MobileNetV2(
        input_shape=(224, 224, 3), alpha=0.35, include_top=False, weights=str(mobilenet_weights)
    )
    assert len(model.weights) == len(expected.weights) == 260
    pixels = np.random.default_rng(0).integers(0, 256, (1, 224, 224, 3)).astype("float32")
    scaled = keras.applications.mobilenet_v2.preprocess_input(pixels.copy())
    np.testing.assert_allclose(np.asarray(model(pixels)), np.asarray(expected(scaled)), atol=1e-4)


def test_weights_of_other_options_name_the_file_and_what_fits(mobilenet_weights: Path) -> None:
    backbone = ktl.backbone("mobilenet_v2", alpha=0.5, weights=mobilenet_weights)
    with pytest.raises(ValueError, match=r"does not fit .*alpha=0.5") as raised:
        backbone.build((96, 96))
    message = str(raised.value)
    assert "The file holds 260 weights, the network has 260" in message
    assert "has shape" in message
    assert message.endswith(f"Received: weights={str(mobilenet_weights)!r}")


def test_weights_with_a_classifier_name_the_surplus(shared: Path) -> None:
    file = shared / "weights" / "keras_applications" / "mobilenet_2_5_224_tf.h5"
    backbone = ktl.backbone("mobilenet", alpha=0.25, weights=file)
    with pytest.raises(ValueError, match=r"without its classifier.*mobilenet_2_5_224_tf.h5"):
        backbone.build()


@pytest.mark.parametrize(
    ("file", "content", "error", "message"),
    [
        ("absent.h5", None, FileNotFoundError, "The weights file of .*mobilenet.* does not exist"),
        ("weights.txt", b"text", ValueError, "must end in .h5 or .keras"),
        ("broken.h5", b"not HDF5", ValueError, "does not fit .*not a readable HDF5 file"),
    ],
)
def test_unusable_files_are_said_so(
    file: str, content: bytes | None, error: type[Exception], message: str, tmp_path: Path
) -> None:
    path = tmp_path / file
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(error, match=message):
        ktl.backbone("mobilenet", weights=path).build((32, 32))


def test_a_failed_download_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def offline(*args: object, **kwargs: object) -> None:
        raise Exception("URL fetch failure on https://example.com/w.h5: None -- unreachable")

    monkeypatch.setattr("keras.src.applications.mobilenet_v2.file_utils.get_file", offline)
    with pytest.raises(ConnectionError, match=r"give its path as weights=.*URL fetch failure"):
        ktl.backbone("mobilenet_v2").build((96, 96))
    assert "weights=None" in str(download_failed("bert", "no route"))


def test_an_image_too_small_for_the_network() -> None:
    with pytest.raises(ValueError, match="at least 75x75"):
        ktl.backbone("inception_v3", weights=None).build((32, 32))
