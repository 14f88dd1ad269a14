import numpy as np
import pytest
import tensorflow as tf
from PIL import Image, ImageOps

from kerastl.data.images.decoding import decode_image, resize
from kerastl.data.splits.split import Split
from tests.data.drawing import colourful, encode

WHITE = Image.new("RGBA", (64, 48), "white")


def with_alpha() -> Image.Image:
    image = colourful()
    image.putalpha(Image.fromarray(np.linspace(0, 255, 48 * 64).reshape(48, 64).astype(np.uint8)))
    return image


def with_exif(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "a maker whose name comes before the orientation"
    return exif


def palette() -> Image.Image:
    return colourful().convert("P", palette=Image.Palette.ADAPTIVE)


SIXTEEN_BIT = np.linspace(0, 65_535, 48 * 64).reshape(48, 64).astype(np.uint16)

# name: (encoded, what Pillow makes of it, whether the exported graph reads it too)
CASES = {
    "jpeg": (encode(colourful(), "JPEG"), True),
    "progressive jpeg": (encode(colourful(), "JPEG", progressive=True), True),
    "grey jpeg": (encode(colourful().convert("L"), "JPEG"), True),
    "cmyk jpeg": (encode(colourful().convert("CMYK"), "JPEG"), True),
    "png": (encode(colourful(), "PNG"), True),
    "grey png": (encode(colourful().convert("L"), "PNG"), True),
    "alpha png": (encode(with_alpha(), "PNG"), True),
    "grey alpha png": (encode(with_alpha().convert("LA"), "PNG"), True),
    "palette png": (encode(palette(), "PNG"), True),
    "transparent palette png": (encode(palette(), "PNG", transparency=1), True),
    "transparent colour png": (
        encode(colourful(), "PNG", transparency=colourful().getpixel((0, 0))),
        False,
    ),
    "two-colour png": (encode(colourful().convert("1"), "PNG"), True),
    "bmp": (encode(colourful(), "BMP"), True),
    "32-bit bmp": (encode(with_alpha(), "BMP"), True),
    "grey bmp": (encode(colourful().convert("L"), "BMP"), True),
    "palette bmp": (encode(palette(), "BMP"), False),
    "two-colour bmp": (encode(colourful().convert("1"), "BMP"), False),
    "gif": (encode(palette(), "GIF"), True),
    "transparent gif": (encode(palette(), "GIF", transparency=1), False),
    "animated gif": (
        encode(palette(), "GIF", save_all=True, append_images=[colourful(seed=9)]),
        True,
    ),
    "webp": (encode(colourful(), "WEBP", lossless=True), True),
    "alpha webp": (encode(with_alpha(), "WEBP", lossless=True), True),
    "turned webp": (encode(colourful(), "WEBP", lossless=True, exif=with_exif(6)), False),
    "turned png": (encode(colourful(), "PNG", exif=with_exif(6)), False),
    "tiff": (encode(colourful(), "TIFF"), False),
    "cmyk tiff": (encode(colourful().convert("CMYK"), "TIFF"), False),
    **{
        f"jpeg of orientation {turn}": (encode(colourful(), "JPEG", exif=with_exif(turn)), True)
        for turn in range(1, 9)
    },
}


def as_pillow_shows(encoded: bytes) -> np.ndarray:
    import io

    image = ImageOps.exif_transpose(Image.open(io.BytesIO(encoded))).convert("RGBA")
    white = Image.new("RGBA", image.size, "white")
    return np.asarray(Image.alpha_composite(white, image).convert("RGB")).astype(int)


def decoded_by_split(encoded: bytes) -> np.ndarray:
    """Through the training pipeline, at the image's own size so that nothing is resampled."""
    size = as_pillow_shows(encoded).shape[:2]
    return next(iter(Split.from_raw(encoded, "image").pixels(size))).numpy()[0]


@pytest.mark.parametrize("name", CASES)
def test_images_come_out_as_pillow_shows_them(name: str) -> None:
    encoded, in_graph = CASES[name]
    expected = as_pillow_shows(encoded)
    tolerance = 0 if "jpeg" in name else 1  # of composites on white
    np.testing.assert_allclose(decoded_by_split(encoded), expected, atol=tolerance)
    if in_graph:
        np.testing.assert_allclose(decode_image(encoded).numpy(), expected, atol=tolerance)


def photo() -> Image.Image:
    """An image with noise, for which transforms of JPEGs differ most, and of an odd size."""
    random = np.random.default_rng(0)
    coarse = Image.fromarray(random.integers(0, 256, (9, 13, 3), np.uint8))
    smooth = np.asarray(coarse.resize((203, 151), Image.Resampling.BICUBIC)).astype(int)
    noisy = smooth + random.normal(0, 9, smooth.shape)
    return Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8))


@pytest.mark.parametrize(
    ("mode", "options"),
    [
        ("RGB", {"subsampling": 0}),
        ("RGB", {"subsampling": 1}),
        ("RGB", {"subsampling": 2}),
        ("RGB", {"subsampling": 2, "progressive": True}),
        ("RGB", {"restart_marker_blocks": 3}),
        ("L", {}),
        ("CMYK", {"subsampling": 2}),
    ],
)
def test_a_jpeg_has_the_same_pixels_by_path_pillow_and_graph(tmp_path, mode, options):
    path = tmp_path / "photo.jpg"
    photo().convert(mode).save(path, quality=40, exif=with_exif(6), **options)
    with Image.open(path) as opened:
        expected = np.asarray(ImageOps.exif_transpose(opened).convert("RGB"))
        for held in (path, path.read_bytes(), opened):
            pixels = next(iter(Split.from_raw(held, "image").pixels(expected.shape[:2]))).numpy()
            np.testing.assert_array_equal(pixels[0], expected)
    np.testing.assert_array_equal(decode_image(path.read_bytes()).numpy(), expected)


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_sixteen_bits_keep_their_high_byte(kind: str) -> None:
    encoded = encode(Image.fromarray(SIXTEEN_BIT), kind)
    expected = np.repeat((SIXTEEN_BIT >> 8)[..., None], 3, 2)
    pixels = next(iter(Split.from_raw(encoded, "image").pixels((48, 64)))).numpy()[0]
    np.testing.assert_array_equal(pixels, expected)


@pytest.mark.parametrize("name", CASES)
def test_the_raw_form_of_an_image_is_read_by_the_exported_graph(name: str) -> None:
    encoded, _ = CASES[name]
    (raw,) = Split.from_raw(encoded, "image").encoded()
    tolerance = 0 if "jpeg" in name else 1
    np.testing.assert_allclose(decode_image(raw).numpy(), as_pillow_shows(encoded), atol=tolerance)


@pytest.mark.parametrize("names", [list(CASES), ["jpeg", "jpeg of orientation 6"], ["bmp", "jpeg"]])
def test_mixed_images_come_out_as_each_alone(names: list[str]) -> None:
    encoded = [CASES[name][0] for name in names] + [encode(colourful(480, 640), "JPEG")]
    together = next(iter(Split.from_raw(encoded, "image").pixels((20, 24), 64))).numpy()
    for pixels, one in zip(together, encoded, strict=True):
        alone = next(iter(Split.from_raw(one, "image").pixels((20, 24)))).numpy()[0]
        np.testing.assert_array_equal(pixels, alone)


def test_float_files_are_read_as_float_arrays() -> None:
    values = np.linspace(0, 255, 64, dtype=np.float32).reshape(8, 8)
    for held, pixel_range in ((values, None), (values / 255, (0, 1))):
        encoded = encode(Image.fromarray(held), "TIFF")
        split = Split.from_raw(encoded, "image", pixel_range=pixel_range)
        pixels = next(iter(split.pixels((8, 8)))).numpy()[0]
        np.testing.assert_array_equal(pixels, np.round(values)[..., None].repeat(3, 2))
    with pytest.raises(ValueError, match=r"pixel_range=\(0, 1\)"):
        Split.from_raw(encoded, "image")


@pytest.mark.parametrize(
    ("size", "filtering"),
    [
        ((16, 16), Image.Resampling.BOX),
        ((24, 32), Image.Resampling.BOX),
        ((96, 128), Image.Resampling.BILINEAR),
        ((200, 130), Image.Resampling.BILINEAR),
    ],
)
def test_resize_gives_whole_numbers_as_pillow_does(size, filtering) -> None:
    image = colourful(96, 128)
    pixels = resize(np.asarray(image), size).numpy()
    assert pixels.dtype == np.float32
    assert pixels.shape == (*size, 3)
    np.testing.assert_array_equal(pixels, np.round(pixels))
    expected = np.asarray(image.resize(size[::-1], filtering)).astype(int)
    np.testing.assert_allclose(pixels, expected, atol=1)


def test_resize_is_bilinear_up_to_four_pixels_each() -> None:
    image = np.asarray(colourful(96, 128))
    expected = tf.round(tf.image.resize(image, (48, 64)))
    np.testing.assert_array_equal(resize(image, (48, 64)), expected)


def test_a_fine_pattern_does_not_alias() -> None:
    checkerboard = np.indices((256, 256)).sum(0)[..., None].repeat(3, 2) % 2 * 255
    pixels = resize(checkerboard.astype(np.uint8), (50, 50)).numpy()
    assert np.ptp(pixels) < 40


def test_a_saved_model_gives_the_pixels_of_training(tmp_path) -> None:
    class Reader(tf.Module):
        @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
        def read(self, encoded):
            return tf.map_fn(
                lambda one: resize(decode_image(one), (20, 24)),
                encoded,
                fn_output_signature=tf.TensorSpec((20, 24, 3), tf.float32),
            )

    tf.saved_model.save(Reader(), str(tmp_path))
    loaded = tf.saved_model.load(str(tmp_path))
    names = ("jpeg", "alpha png", "32-bit bmp", "gif", "jpeg of orientation 6")
    encoded = [CASES[name][0] for name in names]
    trained_on = next(iter(Split.from_raw(encoded, "image").pixels((20, 24)))).numpy()
    np.testing.assert_array_equal(loaded.read(tf.constant(encoded)).numpy(), trained_on)
