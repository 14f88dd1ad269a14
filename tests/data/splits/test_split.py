from pathlib import Path

import numpy as np
import pytest

from kerastl.data.sources.memory import arrays
from kerastl.data.splits.split import Split
from tests.data.drawing import colourful, encode

TEXTS = [f"text {i}" for i in range(10)]
LABELS = [i % 2 for i in range(10)]


@pytest.fixture
def texts() -> Split:
    return Split("text", TEXTS, LABELS, ("even", "odd"))


@pytest.fixture
def images() -> Split:
    pixels = np.stack([np.full((8, 8, 3), 10 * i, np.uint8) for i in range(10)])
    return arrays(pixels, LABELS).train


def test_strings_come_in_order_with_their_labels(texts: Split) -> None:
    batches = list(texts.strings(4).as_numpy_iterator())
    assert [len(x) for x, _ in batches] == [4, 4, 2]
    assert [t.decode() for x, _ in batches for t in x] == TEXTS
    assert np.concatenate([y for _, y in batches]).tolist() == LABELS
    assert batches[0][1].dtype == np.int32


@pytest.mark.parametrize("modality", ["text", "image"])
def test_shuffling_is_whole_seeded_and_new_each_epoch(modality, texts, images) -> None:
    def stream(seed: int):
        if modality == "text":
            return texts.strings(4, shuffle=True, seed=seed)
        return images.pixels((8, 8), 4, shuffle=True, seed=seed)

    def epoch(dataset) -> list[tuple[int, int]]:
        seen = []
        for x, y in dataset.as_numpy_iterator():
            numbers = [int(t.split()[1]) for t in x] if modality == "text" else x[:, 0, 0, 0] / 10
            seen += [(int(n), int(label)) for n, label in zip(numbers, y, strict=True)]
        return seen

    dataset = stream(3)
    first, second = epoch(dataset), epoch(dataset)
    assert sorted(first) == sorted(second) == [(i, i % 2) for i in range(10)]
    assert first != second
    assert epoch(stream(3)) == first
    assert epoch(stream(4)) != first


def test_pixels_are_whole_numbers_with_labels(images: Split) -> None:
    (pixels, labels), *_ = images.pixels((5, 7), 10).as_numpy_iterator()
    assert pixels.shape == (10, 5, 7, 3)
    assert pixels.dtype == np.float32
    assert labels.dtype == np.int32
    np.testing.assert_array_equal(pixels[:, 2, 3, 1], np.arange(10) * 10)
    assert images.pixels((5, 7)).element_spec[0].shape.as_list() == [None, 5, 7, 3]


def test_augmentation_is_called_for_training_and_clipped_to_the_range(images: Split) -> None:
    def brighten(pixels, training):
        assert training
        return pixels + 200.0

    pixels, _ = next(images.pixels((8, 8), 10, augmentation=brighten).as_numpy_iterator())
    np.testing.assert_array_equal(pixels[:, 0, 0, 0], np.minimum(np.arange(10) * 10 + 200, 255))


@pytest.mark.parametrize("kind", ["texts", "images"])
def test_a_subset_keeps_the_order_asked_for(kind, request) -> None:
    split = request.getfixturevalue(kind)
    part = split.subset(np.array([7, 2])).subset([1, 0, 0])
    assert part.labels.tolist() == [0, 1, 1]
    assert part.encoded() == split.encoded([2, 7, 7])
    assert len(part) == 3
    assert part.class_counts() == {split.class_names[0]: 1, split.class_names[1]: 2}


def test_a_subset_of_files_reads_the_right_files(make_folder) -> None:
    paths = sorted(make_folder({"a": 4}).rglob("*.jpg"))
    part = Split.from_raw(paths, "image").subset([2, 0])
    assert part.encoded() == [paths[2].read_bytes(), paths[0].read_bytes()]
    pixels = next(part.pixels((48, 64)).as_numpy_iterator())
    for image, seed in zip(pixels, (3, 1), strict=True):
        np.testing.assert_allclose(image[8, 8], colourful(seed=seed).getpixel((8, 8)), atol=3)


def test_the_raw_form_of_pixels_is_png(images: Split) -> None:
    again = Split.from_raw(images.encoded([3]), "image")
    np.testing.assert_array_equal(next(iter(again.pixels((8, 8)))), np.full((1, 8, 8, 3), 30))


JPEG = encode(colourful(), "JPEG")


@pytest.mark.parametrize("many", [False, True])
@pytest.mark.parametrize("form", ["path", "string", "bytes", "pillow", "array", "grey array"])
def test_every_raw_form_of_an_image(form: str, many: bool, tmp_path: Path) -> None:
    path = tmp_path / "it.png"
    colourful().save(path)
    raw = {
        "path": path,
        "string": str(path),
        "bytes": path.read_bytes(),
        "pillow": colourful(),
        "array": np.asarray(colourful()),
        "grey array": np.asarray(colourful().convert("L")),
    }[form]
    split = Split.from_raw([raw, raw] if many else raw, "image", ("a", "b"))
    assert len(split) == (2 if many else 1)
    assert split.labels is None
    assert split.class_names == ("a", "b")
    pixels = next(iter(split.pixels((48, 64)))).numpy()
    expected = colourful().convert("L").convert("RGB") if form == "grey array" else colourful()
    np.testing.assert_array_equal(pixels[-1], np.asarray(expected))


@pytest.mark.parametrize("shape", [(5, 8, 8, 3), (5, 8, 8, 1), (5, 8, 8)])
def test_a_batch_of_pixels_is_many_images(shape: tuple[int, ...]) -> None:
    split = Split.from_raw(np.ones(shape), "image", pixel_range=(0, 1))
    np.testing.assert_array_equal(next(iter(split.pixels((4, 4)))), np.full((5, 4, 4, 3), 255))


def test_raw_texts() -> None:
    split = Split.from_raw("only one", "text")
    assert next(iter(split.strings())).numpy().tolist() == [b"only one"]
    assert Split.from_raw(("a", ""), "text").encoded() == ["a", ""]


@pytest.mark.parametrize(
    ("inputs", "modality", "message"),
    [
        ([], "image", "There must be at least one example"),
        ([], "text", "There must be at least one example"),
        (["a", 3], "text", "Every text must be a string. Received: 3 for example 1"),
        ([JPEG, "b.jpg"], "image", "Images must all have one form. Received: bytes and paths"),
        ("missing.jpg", "image", "missing.jpg: there is no such file"),
        ([3.5], "image", "Received: 3.5 for example 0"),
        (np.zeros((4, 4, 3)), "image", "Pixels must be from 0 to 255"),
        ("a", "audio", '`modality` must be "image" or "text"'),
    ],
)
def test_raw_inputs_that_cannot_be_read(inputs, modality, message) -> None:
    with pytest.raises(ValueError, match=message):
        Split.from_raw(inputs, modality)


def test_what_a_split_cannot_do_is_an_error(texts: Split, images: Split) -> None:
    with pytest.raises(ValueError, match=r"call `strings\(\)`"):
        texts.pixels((8, 8))
    with pytest.raises(ValueError, match=r"call `pixels\(\)`"):
        images.strings()
    with pytest.raises(ValueError, match=r"has no labels"):
        Split.from_raw("a", "text").class_counts()
    with pytest.raises(ValueError, match=r"Received: 1 inputs and 2 labels"):
        Split("text", ["a"], [0, 1], ("x", "y"))
    assert texts.unreadable() == images.unreadable() == []
