from pathlib import Path

import numpy as np
import pytest

from kerastl.data.sources.memory import arrays
from tests.data.drawing import colourful, encode

LABELS = ["a", "b", "a", "b"]
PIXELS = np.stack([np.asarray(colourful(seed=i)) for i in range(4)])


@pytest.mark.parametrize("form", ["array", "list", "pillow", "bytes", "paths", "strings"])
def test_every_form_of_images(form: str, tmp_path: Path) -> None:
    paths = [tmp_path / f"{i}.png" for i in range(4)]
    for i, path in enumerate(paths):
        colourful(seed=i).save(path)
    inputs = {
        "array": PIXELS,
        "list": list(PIXELS),
        "pillow": [colourful(seed=i) for i in range(4)],
        "bytes": [path.read_bytes() for path in paths],
        "paths": paths,
        "strings": [str(path) for path in paths],
    }[form]
    data = arrays(inputs, LABELS)
    assert data.modality == "image"
    pixels, labels = next(data.train.pixels((48, 64)).as_numpy_iterator())
    np.testing.assert_array_equal(pixels, PIXELS)
    assert labels.tolist() == [0, 1, 0, 1]


@pytest.mark.parametrize(
    ("scale", "pixel_range"),
    [(lambda x: x / 255.0, (0, 1)), (lambda x: x / 127.5 - 1, (-1, 1))],
)
def test_scaled_images_are_refused_and_converted_when_stated(scale, pixel_range) -> None:
    scaled = scale(PIXELS.astype(np.float32))
    with pytest.raises(ValueError, match=r"Pixels must be from 0 to 255"):
        arrays(scaled, LABELS)
    data = arrays(scaled, LABELS, pixel_range=pixel_range)
    pixels, _ = next(data.train.pixels((48, 64)).as_numpy_iterator())
    np.testing.assert_array_equal(pixels, PIXELS)


def test_sixteen_bit_images() -> None:
    data = arrays(PIXELS.astype(np.uint16) * 257, LABELS)
    pixels, _ = next(data.train.pixels((48, 64)).as_numpy_iterator())
    np.testing.assert_array_equal(pixels, PIXELS)


@pytest.mark.parametrize("kind", [list, tuple, np.array])
def test_texts(kind) -> None:
    texts = [f"see image{i}.jpg, it is good" for i in range(3)] + ["only.jpg"]
    data = arrays(kind(texts), np.array([True, False, True, False]))
    assert data.modality == "text"
    assert data.class_names == ("False", "True")
    assert data.train.encoded() == texts


def test_real_texts(shared: Path) -> None:
    folder = shared / "text" / "sentiment_labelled_sentences"
    for name in ("amazon_cells", "imdb", "yelp"):
        lines = (folder / f"{name}_labelled.txt").read_bytes().decode().split("\n")
        rows = [line.rsplit("\t", 1) for line in lines if line]
        data = arrays([t for t, _ in rows], [int(y) for _, y in rows], test_split=0.2, seed=0)
        assert data.test.class_counts() == {"0": 100, "1": 100}


def test_groups_are_not_divided() -> None:
    texts = [f"text {i}" for i in range(40)]
    groups = np.repeat(np.arange(20), 2)
    data = arrays(texts, [0, 1] * 20, validation_split=0.25, groups=groups)
    held_out = {int(t.split()[1]) // 2 for t in data.validation.encoded()}
    assert not held_out & {int(t.split()[1]) // 2 for t in data.train.encoded()}
    assert len(data.validation) == 10


@pytest.mark.parametrize(
    ("inputs", "labels", "options", "message"),
    [
        (["x"], [0, 1], {}, "one value for each of `inputs`. Received: 1 inputs and 2 labels"),
        (
            ["x", "y"],
            [0, 1],
            {"groups": [1]},
            "value for each of `inputs`. Received: 2 inputs and 1 groups",
        ),
        ("x.jpg", [0], {}, "must be a list of examples. Received: 'x.jpg'"),
        ([], [], {}, "at least one example"),
        (["x", "y"], [0, 1], {"pixel_range": (0, 1)}, "Texts take no `pixel_range`"),
        (["x.jpg", "y.jpg"], [0, 1], {}, "2 of 2 images cannot be used"),
        ([encode(colourful(), "PNG"), PIXELS[0]], [0, 1], {}, "Images must all have one form"),
        (np.zeros((2, 4, 4, 7), np.uint8), [0, 1], {}, "An image array must have shape"),
        (np.zeros((2, 9), np.uint8), [0, 1], {}, "An image array must have shape"),
    ],
)
def test_inputs_that_cannot_be_used(inputs, labels, options, message) -> None:
    with pytest.raises(ValueError, match=message):
        arrays(inputs, labels, **options)
