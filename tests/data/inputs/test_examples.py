import io
from pathlib import Path

import keras
import numpy as np
import pandas as pd
import pytest
import tensorflow as tf
from PIL import Image

from kerastl.adaptation.domains.target import Target
from kerastl.data import arrays, multi_label, numbers, unlabelled
from kerastl.data.splits.split import Split
from tests.data.inputs.containers import CONTAINERS, IMAGES_IN, PIXELS, TEXTS, TEXTS_IN

READERS = {
    "predict": Split.from_raw,
    "unlabelled": lambda given, modality: unlabelled(given),
    "adapt_to": lambda given, modality: Target.of(given).examples,
    "arrays": lambda given, modality: arrays(given, [0, 1, 0]).train,
    "multi_label": lambda given, modality: multi_label(given, [["a"], ["b"], []]).train,
    "numbers": lambda given, modality: numbers(given, [0, 1, 2]).train,
}


def pixels(split: Split) -> np.ndarray:
    # Decoded without a pipeline, which takes a tenth of a second.
    images = [Image.open(io.BytesIO(each)) for each in split.encoded()]
    return np.stack([np.asarray(image) for image in images])


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
@pytest.mark.parametrize("container", CONTAINERS.values(), ids=CONTAINERS)
def test_every_container_means_the_same(container, read) -> None:
    assert list(read(container(TEXTS), "text").inputs) == TEXTS
    np.testing.assert_array_equal(pixels(read(container(list(PIXELS)), "image")), PIXELS)


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
@pytest.mark.parametrize("make", TEXTS_IN.values(), ids=TEXTS_IN)
def test_texts_of_every_form(make, read) -> None:
    given = make()
    # Bytes are a text only if the caller expects texts: they may be the content of an image.
    if isinstance(given, list) and isinstance(given[0], bytes):
        read = READERS["predict"]
    assert list(read(given, "text").inputs) == TEXTS


@pytest.mark.parametrize("read", [READERS["predict"], READERS["arrays"]], ids=["predict", "arrays"])
@pytest.mark.parametrize("make", IMAGES_IN.values(), ids=IMAGES_IN)
def test_images_of_every_form(make, read, tmp_path: Path) -> None:
    np.testing.assert_array_equal(pixels(read(make(tmp_path), "image")), PIXELS)


@pytest.mark.parametrize("make", IMAGES_IN.values(), ids=IMAGES_IN)
def test_one_image_of_every_form(make, tmp_path: Path) -> None:
    given = make(tmp_path)
    one = given.iloc[0] if isinstance(given, pd.Series) else given[0]
    np.testing.assert_array_equal(pixels(Split.from_raw(one, "image")), PIXELS[:1])


NEVER_EXAMPLES = {
    "mapping": ({"text": "good film"}, "a mapping is not read as its keys|mapping"),
    "set": ({"good", "bad"}, "a set has no order"),
    "frozenset": (frozenset(TEXTS), "a set has no order"),
    "items": ({"good": 1}.items(), "items are pairs"),
    "table": (pd.DataFrame({"id": [1], "text": ["good"]}), r"pass one column.*'id', 'text'"),
    "structured array": (np.array([(1, 2)], [("id", int), ("x", int)]), "pass one column"),
    "None": (None, "Received: None"),
    "integer": (5, "Received: 5"),
    "float": (0.5, "Received: 0.5"),
    "boolean": (True, "Received: True"),
    "NumPy number": (np.float32(0.5), "Received: "),
    "object": (object(), "Received: an object"),
    "text file": (io.StringIO("good"), "must be open for reading bytes"),
    "symbolic tensor": (keras.Input((8, 8, 3)), "A tensor must have values"),
    "list of numbers": ([1, 2, 3], "Received: 1 for example 0"),
    "list with None": ([None, None, None], "Received: None for example 0"),
    "list of mappings": ([{"a": 1}] * 3, "Received: a dict with the keys 'a' for example 0"),
    "pairs": ([("a.png", 1)] * 3, "Received: a tuple of 2 for example 0"),
}


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
@pytest.mark.parametrize(("given", "said"), NEVER_EXAMPLES.values(), ids=NEVER_EXAMPLES)
@pytest.mark.parametrize("modality", ["image", "text"])
def test_other_values_are_refused_by_their_kind(given, said, modality, read) -> None:
    with pytest.raises(ValueError, match=f"(?s){said}") as caught:
        read(given, modality)
    assert "Received: " in str(caught.value).splitlines()[-1]


@pytest.mark.parametrize("channels", [3, 4])
def test_channels_first_are_never_grey_images(channels: int) -> None:
    image = np.ones((channels, 9, 9), np.uint8)
    for given in (image, tf.constant(image), [image], image[None]):
        with pytest.raises(ValueError, match=r"np\.moveaxis"):
            Split.from_raw(given, "image")
    # The labels tell how many images there are.
    assert len(arrays(image, list("abab")[:channels]).train) == channels


def test_files_that_cannot_be_read() -> None:
    class Upload:
        async def read(self) -> bytes:
            return b""

    closed = io.BytesIO(b"content")
    closed.close()
    with pytest.raises(ValueError, match="await file"):
        Split.from_raw(Upload(), "image")
    with pytest.raises(ValueError, match="Cannot read the file: I/O operation on closed file"):
        Split.from_raw(closed, "image")


def test_bytes_that_are_no_text_are_named() -> None:
    with pytest.raises(ValueError, match="invalid UTF-8 at byte 0 of example 1"):
        Split.from_raw([b"good", b"\xff"], "text")
    with pytest.raises(ValueError, match=r"pass `path.read_text\(\)`"):
        Split.from_raw(Path("review.txt"), "text")
