import io

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

import kerastl as ktl
from kerastl.data.images.decoding import decode_image
from kerastl.data.images.encoded_images import EncodedImages
from kerastl.data.splits.expected_split import as_split
from kerastl.data.splits.joining import join
from tests.data.drawing import encode

RAMP = np.linspace(0, 1, 12 * 9).reshape(12, 9)
COLOURS = np.stack([RAMP, RAMP[::-1], np.ones_like(RAMP)], axis=-1)


def whole(values: np.ndarray, white: int, kind: type) -> np.ndarray:
    return np.round(values * white).astype(kind)


def png(values: np.ndarray) -> bytes:
    values = values[..., None] if values.ndim == 2 else values
    return tf.io.encode_png(values).numpy()


def tiff(values: np.ndarray, **options) -> bytes:
    return encode(Image.fromarray(values), "TIFF", **options)


EXIF = Image.Exif()
EXIF[0x0112] = 3

# name: (raw values, the file that stores them, range, whether the exported graph reads the file)
CASES = {
    "grey of 12 bits": (whole(RAMP, 4095, np.uint16), png, (0, 4095), True),
    "colours of 12 bits": (whole(COLOURS, 4095, np.uint16), png, (0, 4095), True),
    "eight bits in sixteen": (whole(COLOURS, 255, np.uint16), png, (0, 255), True),
    "grey up to 16": (whole(RAMP, 16, np.uint8), png, (0, 16), True),
    "colours up to 16": (whole(COLOURS, 16, np.uint8), png, (0, 16), True),
    "tiff of 12 bits": (whole(RAMP, 4095, np.uint16), tiff, (0, 4095), False),
    "big-endian tiff": (whole(RAMP, 4095, np.dtype(">u2")), tiff, (0, 4095), False),
    "int32 tiff": (whole(RAMP, 255, np.int32), tiff, (0, 255), False),
    "long int32 tiff": (whole(RAMP, 10**6, np.int32), tiff, (0, 10**6), False),
    "float tiff": (RAMP.astype(np.float32), tiff, (0, 1), False),
    "signed float tiff": ((RAMP * 2 - 1).astype(np.float32), tiff, (-1, 1), False),
    "tiff up to 16": (whole(COLOURS, 16, np.uint8), tiff, (0, 16), False),
}


def pixels(split: ktl.data.Split) -> np.ndarray:
    """Return the pixels of a split; a pipeline takes long to build, so only for files."""
    if isinstance(split.inputs, EncodedImages):
        return next(iter(split.pixels((12, 9)))).numpy()
    return np.stack([split.inputs[i] for i in range(len(split))])


@pytest.mark.parametrize("name", CASES)
def test_a_range_is_noticed_and_declared_in_arrays_files_and_pillow(name) -> None:
    values, store, pixel_range, in_graph = CASES[name]
    encoded = store(values)
    image = Image.open(io.BytesIO(encoded))
    (converted,) = pixels(ktl.data.unlabelled([values], pixel_range=pixel_range))
    exact = COLOURS if values.ndim == 3 else RAMP[..., None].repeat(3, 2)
    np.testing.assert_allclose(converted, exact * 255, atol=9)
    is_deep_colour = values.dtype == np.uint16 and values.ndim == 3
    for raw in (values, encoded, image):
        if raw is image and is_deep_colour:  # of which Pillow keeps the high byte alone
            continue
        if name != "int32 tiff":
            with pytest.raises(ValueError, match=r"pass it, such as `pixel_range=.*Received: "):
                ktl.data.unlabelled([raw, raw])
        split = ktl.data.unlabelled([raw], pixel_range=pixel_range)
        np.testing.assert_array_equal(pixels(split)[0], converted)
        assert split.inputs.pixel_range == split.subset([0]).inputs.pixel_range == pixel_range
        assert not split.unreadable()
        # A bundle is verified with this: the exported graph reads the same pixels.
        (again,) = split.encoded()
        np.testing.assert_array_equal(decode_image(again, pixel_range).numpy(), converted)
    if in_graph:
        np.testing.assert_array_equal(decode_image(encoded, pixel_range).numpy(), converted)


def test_an_int32_file_of_eight_bits_is_noticed() -> None:
    encoded = tiff(whole(RAMP, 255, np.int32))
    for held in (encoded, Image.open(io.BytesIO(encoded))):
        with pytest.raises(ValueError, match=r"pixel_range=\(0, 255\)"):
            ktl.data.unlabelled([held])


def test_ordinary_files_keep_their_range_beside_declared_ones(tmp_path) -> None:
    photo = whole(COLOURS, 255, np.uint8)
    files = {
        "photo.png": png(photo),
        "photo.bmp": encode(Image.fromarray(photo), "BMP"),
        "turned.png": encode(Image.fromarray(photo[::-1, ::-1]), "PNG", exif=EXIF),
        "deep.png": png(whole(COLOURS, 4095, np.uint16)),
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    split = ktl.data.unlabelled(tmp_path, pixel_range=(0, 4095))
    found = pixels(split)
    np.testing.assert_allclose(found, np.stack([photo] * 4), atol=1)
    for held, expected in zip(split.encoded(), found, strict=True):
        np.testing.assert_array_equal(decode_image(held, (0, 4095)).numpy(), expected)


@pytest.mark.parametrize("pixel_range", [(0, 1), (-1, 1), (0, 16), (0, 4095)])
def test_for_a_model_a_photo_that_does_not_fit_its_range_is_ordinary(pixel_range) -> None:
    photo = whole(COLOURS, 255, np.uint8)
    for held in (photo, Image.fromarray(photo)):
        read = as_split(held, "image", "it", None, pixel_range)
        np.testing.assert_array_equal(pixels(read)[0], photo)
    np.testing.assert_array_equal(decode_image(png(photo), pixel_range).numpy(), photo)


def test_values_outside_the_declared_range_are_named(tmp_path) -> None:
    path = tmp_path / "deep.png"
    path.write_bytes(png(whole(RAMP, 5000, np.uint16)))
    with pytest.raises(ValueError, match=r"outside the range 0 to 4095.*from 0 to 5000 in .*deep"):
        ktl.data.unlabelled([path], pixel_range=(0, 4095))
    with pytest.raises(tf.errors.InvalidArgumentError, match="outside the range"):
        decode_image(path.read_bytes(), (0, 4095))
    path.write_bytes(png(whole(RAMP, 17, np.uint8)))
    with pytest.raises(ValueError, match=r"outside the range 0 to 16"):
        ktl.data.unlabelled([path], pixel_range=(0, 16))


def test_a_colour_tiff_of_which_pillow_keeps_half_is_refused(tmp_path) -> None:
    cv2 = pytest.importorskip("cv2")
    path = tmp_path / "deep.tif"
    cv2.imwrite(str(path), whole(COLOURS, 4095, np.uint16))
    with pytest.raises(ValueError, match="save it as PNG"):
        ktl.data.unlabelled([path], pixel_range=(0, 4095))


def test_joined_images_keep_their_own_ranges_and_fingerprints_differ() -> None:
    deep, low = png(whole(COLOURS, 4095, np.uint16)), png(whole(COLOURS, 1023, np.uint16))
    one = ktl.data.unlabelled([deep], pixel_range=(0, 4095))
    other = ktl.data.unlabelled([low], pixel_range=(0, 1023))
    first, second = pixels(join([one, other]))
    np.testing.assert_allclose(first, second, atol=1)
    wide = ktl.data.unlabelled([low], pixel_range=(0, 2047))
    assert other.fingerprint() != wide.fingerprint()


SOURCES = [
    ktl.data.arrays, ktl.data.csv, ktl.data.csv_multi_label, ktl.data.csv_numbers, ktl.data.coco,
    ktl.data.huggingface, ktl.data.image_folder, ktl.data.multi_label, ktl.data.numbers,
    ktl.data.pascal_voc, ktl.data.tfds, ktl.data.unlabelled,
]  # fmt: skip


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.__name__)
def test_every_source_of_images_has_the_option_that_the_error_names(source) -> None:
    import inspect

    assert "pixel_range" in inspect.signature(source).parameters


def test_folders_and_tables_declare_a_range(tmp_path) -> None:
    for name in "ab":
        (tmp_path / "photos" / name).mkdir(parents=True)
        for i in range(3):
            path = tmp_path / "photos" / name / f"{i}.png"
            path.write_bytes(png(whole(COLOURS, 4095, np.uint16)))
    rows = [f"photos/{name}/{i}.png,{name}" for name in "ab" for i in range(3)]
    table = tmp_path / "photos.csv"
    table.write_text("\n".join(["image,label", *rows]))
    for read in (
        lambda **how: ktl.data.image_folder(tmp_path / "photos", **how),
        lambda **how: ktl.data.csv(table, image="image", label="label", **how),
    ):
        with pytest.raises(ValueError, match=r"pixel_range=\(0, 4095\)"):
            read()
        data = read(pixel_range=(0, 4095), validation_split=0.34)
        for split in data.splits.values():
            assert split.inputs.pixel_range == (0, 4095)
    with pytest.raises(ValueError, match=r"Texts take no `pixel_range`"):
        ktl.data.csv(table, text="image", label="label", pixel_range=(0, 1))


@pytest.mark.parametrize("values", [whole(RAMP, 4095, np.uint16), whole(COLOURS, 4095, np.uint16)])
def test_a_damaged_file_is_named_when_it_is_decoded(values) -> None:
    whole_file = png(values)
    middle = len(whole_file) // 2
    damaged = whole_file[:middle] + b"\0" * 8 + whole_file[middle + 8 :]
    split = ktl.data.unlabelled([damaged, whole_file], pixel_range=(0, 4095))
    ((name, _),) = split.unreadable()
    assert name == "record 0"
