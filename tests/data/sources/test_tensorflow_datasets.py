from pathlib import Path

import numpy as np
import pytest
import tensorflow_datasets

from kerastl.data.sources.tensorflow_datasets import tfds
from tests.data.drawing import colourful

PIXELS = np.stack([np.asarray(colourful(seed=i)) for i in range(12)])


def prepare(directory: Path, features: dict, columns: dict, keys: tuple | None) -> Path:
    """Write a data set of eight training and four test examples as TensorFlow Datasets does."""

    class Small(tensorflow_datasets.core.GeneratorBasedBuilder, skip_registration=True):
        # TensorFlow Datasets looks for the files of a builder whose module is inside a package.
        __module__ = "small"
        VERSION = tensorflow_datasets.core.Version("1.0.0")

        def _info(self) -> tensorflow_datasets.core.DatasetInfo:
            return tensorflow_datasets.core.DatasetInfo(
                builder=self,
                features=tensorflow_datasets.features.FeaturesDict(features),
                supervised_keys=keys,
                disable_shuffling=True,
            )

        def _split_generators(self, manager) -> dict:
            return {"train": self._generate_examples(0, 8), "test": self._generate_examples(8, 12)}

        def _generate_examples(self, start: int, end: int):
            for i in range(start, end):
                yield i, {name: values[i] for name, values in columns.items()}

    Small(data_dir=directory).download_and_prepare()
    return directory / "small"


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    features = {
        "image": tensorflow_datasets.features.Image(shape=(48, 64, 3), encoding_format="png"),
        "label": tensorflow_datasets.features.ClassLabel(names=["first", "second"]),
        "who": np.int64,
    }
    columns = {"image": PIXELS, "label": np.arange(12) % 2, "who": np.arange(12) // 2}
    return prepare(tmp_path_factory.mktemp("tfds"), features, columns, ("image", "label"))


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    features = {"review": tensorflow_datasets.features.Text(), "stars": np.int64}
    columns = {"review": [f"text {i} é" for i in range(12)], "stars": np.arange(12) % 3}
    return prepare(tmp_path_factory.mktemp("tfds"), features, columns, None)


def test_images_by_directory(images: Path) -> None:
    data = tfds(images)
    assert data.class_names == ("first", "second")
    pixels, labels = next(data.train.pixels((48, 64)).as_numpy_iterator())
    np.testing.assert_array_equal(pixels, PIXELS[:8])
    assert labels.tolist() == [0, 1] * 4
    np.testing.assert_array_equal(
        next(data.test.pixels((48, 64)).as_numpy_iterator())[0], PIXELS[8:]
    )


def test_a_validation_split_by_group(images: Path) -> None:
    data = tfds(images, group="who", validation_split=0.25)
    assert [len(split) for split in data.splits.values()] == [6, 2, 4]
    assert set(data.validation.labels.tolist()) == {0, 1}


def test_texts_by_directory(texts: Path) -> None:
    data = tfds(texts, text="review", label="stars")
    assert data.class_names == ("0", "1", "2")
    assert data.test.encoded() == [f"text {i} é" for i in range(8, 12)]


def test_by_name_where_it_is_prepared(images: Path) -> None:
    data = tfds("small", data_dir=images.parent)
    assert [len(split) for split in data.splits.values()] == [8, 4]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "does not name its inputs and labels.*features (review, stars|stars, review)"),
        ({"text": "reviews", "label": "stars"}, "Unknown feature. Did you mean 'review'"),
        ({"image": "review", "label": "stars"}, "The feature is not an image"),
        ({"text": "review", "label": "stars", "group": "star"}, "Unknown feature.*'stars'"),
    ],
)
def test_features_that_are_not_there(texts: Path, options, message) -> None:
    with pytest.raises(ValueError, match=message):
        tfds(texts, **options)


def test_directories_without_a_data_set(images: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"exactly one prepared data set.*contains none"):
        tfds(tmp_path)
    with pytest.raises(ValueError, match="The feature is an image"):
        tfds(images, text="image")


def test_a_missing_label_is_not_the_last_class(tmp_path: Path) -> None:
    # Test sets of competitions have -1 for every label.
    labels = np.where(np.arange(12) < 8, np.arange(12) % 2, -1)
    features = {
        "text": tensorflow_datasets.features.Text(),
        "label": tensorflow_datasets.features.ClassLabel(names=["first", "second"]),
    }
    columns = {"text": [f"text {i}" for i in range(12)], "label": labels}
    path = prepare(tmp_path, features, columns, ("text", "label"))
    with pytest.raises(ValueError, match=r"A label is missing. Received: None for example 8"):
        tfds(path)


def test_listed_classes(texts: Path) -> None:
    data = tfds(texts, text="review", label="stars", class_names=["bad", "fair", "good"])
    assert data.class_names == ("bad", "fair", "good")
    assert data.train.labels.tolist() == (np.arange(8) % 3).tolist()


def test_a_builder(images: Path, tmp_path: Path) -> None:
    builder = tensorflow_datasets.builder_from_directory(str(images / "1.0.0"))
    assert tfds(builder).train.fingerprint() == tfds(images).train.fingerprint()
    with pytest.raises(ValueError, match=r"leave `data_dir` out. Received: data_dir="):
        tfds(builder, data_dir=tmp_path)
    with pytest.raises(ValueError, match=r"builder that `tfds.builder` returns.*of type .*Dataset"):
        tfds(builder.as_dataset(split="train"))


def test_texts_that_cannot_be_used(tmp_path: Path) -> None:
    features = {"review": tensorflow_datasets.features.Text(), "stars": np.int64}
    texts = [b"good", b"caf\xe9", b"", *[b"bad"] * 9]
    columns = {"review": texts, "stars": np.arange(12) % 2}
    directory = prepare(tmp_path, features, columns, ("review", "stars"))
    with pytest.raises(ValueError, match=r"not UTF-8.*on_error=\"skip\".*train example 1"):
        tfds(directory)
    data = tfds(directory, on_error="skip")
    assert len(data.train) == 6
    assert [reason for _, reason in data.skipped] == ["the text is not UTF-8", "the text is empty"]
