from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerastl.data import arrays, from_tf, image_folder, unlabelled
from tests.data.drawing import colourful

SIZE = (48, 64)
CLASSES = ["1", "10", "2", "cat"]
PAIR = (["good", "bad"], [0, 1])
SLICES = tf.data.Dataset.from_tensor_slices


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Images in folders whose names are no positions of the classes."""
    root = tmp_path_factory.mktemp("images")
    for number, name in enumerate(CLASSES):
        (root / name).mkdir()
        for i in range(3):
            colourful(seed=10 * number + i).save(root / name / f"{i}.png")
    return root


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("texts")
    for name, words in (("neg", "dull"), ("pos", "fine")):
        (root / name).mkdir()
        for i in range(4):
            (root / name / f"{i}.txt").write_text(f"{words} {i}")
    return root


def images(folder: Path, **options) -> tf.data.Dataset:
    options = {"image_size": SIZE, "seed": 5, "verbose": False, **options}
    return keras.utils.image_dataset_from_directory(folder, **options)


def same(read, expected) -> None:
    assert read.class_names == expected.class_names
    assert [read.train.inputs[i] for i in range(len(read.train))] == [
        expected.train.inputs[i] for i in range(len(expected.train))
    ]
    np.testing.assert_array_equal(read.train.labels, expected.train.labels)


@pytest.mark.parametrize("batch_size", [5, None])
@pytest.mark.parametrize("label_mode", ["int", "categorical"])
def test_images_of_keras_are_those_of_the_folder(folder: Path, label_mode, batch_size) -> None:
    same(
        from_tf(images(folder, label_mode=label_mode, batch_size=batch_size)), image_folder(folder)
    )


@pytest.mark.parametrize("change", [{}, {"color_mode": "rgba"}, {"crop_to_aspect_ratio": True}])
def test_some_classes_in_another_order(folder: Path, change) -> None:
    data = from_tf(images(folder, class_names=["cat", "10", "1"], **change))
    assert data.class_names == ("cat", "10", "1")
    for path, label in zip(list(data.train.inputs), data.train.labels, strict=True):
        assert Path(path).parent.name == data.class_names[label]


@pytest.mark.parametrize("batch_size", [3, None])
def test_two_classes_as_one_column(folder: Path, batch_size) -> None:
    options = {"class_names": ["cat", "2"], "label_mode": "binary", "batch_size": batch_size}
    data = from_tf(images(folder, **options))
    found = {(Path(p).parent.name, data.class_names[y]) for p, y in zip(
        list(data.train.inputs), data.train.labels, strict=True
    )}  # fmt: skip
    assert found == {("cat", "cat"), ("2", "2")}


@pytest.mark.parametrize("split", [lambda both: from_tf(*both), from_tf])
def test_training_and_validation(folder: Path, split: Callable) -> None:
    both = images(folder, validation_split=0.25, subset="both")
    data = split(both)
    for part, source in zip((data.train, data.validation), both, strict=True):
        assert sorted(part.inputs) == sorted(source.file_paths)
        for path, label in zip(list(part.inputs), part.labels, strict=True):
            assert Path(path).parent.name == data.class_names[label]


@pytest.mark.parametrize("values", [[3, 7], [1, 2], [0, 1]])
def test_labels_that_keras_was_given_are_the_names(folder: Path, values) -> None:
    labels = [values[i % 2] for i in range(12)]
    # Keras shuffles the list that it is given.
    data = from_tf(images(folder, labels=list(labels)))
    names = [data.class_names[label] for label in data.train.labels]
    assert names == list(map(str, labels))


def test_changed_images_are_held_in_memory(folder: Path) -> None:
    changed = images(folder, shuffle=False).map(lambda x, y: (255.0 - x, y))
    data = from_tf(changed, class_names=CLASSES)
    expected = 255 - np.asarray(colourful(seed=0), np.float32)
    pixels, _ = next(data.train.pixels(SIZE).as_numpy_iterator())
    np.testing.assert_array_equal(pixels[0], expected)
    assert [data.class_names[label] for label in data.train.labels[::3]] == CLASSES
    scaled = changed.map(lambda x, y: (x / 255.0, y))
    with pytest.raises(ValueError, match="pixel_range"):
        from_tf(scaled)
    pixels, _ = next(from_tf(scaled, pixel_range=(0, 1)).train.pixels(SIZE).as_numpy_iterator())
    np.testing.assert_array_equal(pixels[0], expected)


def test_grey_images_stay_grey(folder: Path) -> None:
    data = from_tf(images(folder, color_mode="grayscale", shuffle=False))
    pixels, _ = next(data.train.pixels(SIZE).as_numpy_iterator())
    assert (pixels[..., :1] == pixels).all()


@pytest.mark.parametrize("batch_size", [3, None])
@pytest.mark.parametrize("label_mode", ["int", "categorical", "binary"])
def test_texts_of_keras(texts: Path, label_mode, batch_size) -> None:
    read = from_tf(
        keras.utils.text_dataset_from_directory(
            texts, label_mode=label_mode, batch_size=batch_size, verbose=False
        )
    )
    assert read.class_names == ("neg", "pos")
    words = {(t.split()[0], read.class_names[y]) for t, y in zip(
        read.train.inputs, read.train.labels, strict=True
    )}  # fmt: skip
    assert words == {("dull", "neg"), ("fine", "pos")}
    assert len(read.train) == 8


def test_a_shuffled_data_set_has_the_same_order_in_every_run(folder: Path, texts: Path) -> None:
    def lines() -> list[str]:
        shuffled = keras.utils.text_dataset_from_directory(texts, verbose=False)
        return list(from_tf(shuffled).train.inputs)

    def first() -> np.ndarray:
        changed = images(folder, seed=None).map(lambda x, y: (255.0 - x, y))
        return from_tf(changed).train.inputs[0]

    assert lines() == lines()
    np.testing.assert_array_equal(first(), first())
    ordered = SLICES(PAIR).batch(2)
    assert list(from_tf(ordered).train.inputs) == PAIR[0]


def test_inputs_without_labels(folder: Path, texts: Path) -> None:
    source = images(folder, label_mode=None, labels=None)
    split = unlabelled(source)
    assert [split.inputs[i] for i in range(12)] == source.file_paths
    with pytest.raises(ValueError, match=r"has no labels.*kerastl\.data\.unlabelled"):
        from_tf(source)
    lines = keras.utils.text_dataset_from_directory(
        texts, labels=None, label_mode=None, verbose=False
    )
    assert unlabelled(lines).modality == "text"


def test_data_sets_that_keras_did_not_make() -> None:
    lines, stars = ["good", "bad", "fine"], ["b", "a", "b"]
    same(from_tf(tf.data.Dataset.from_tensor_slices((lines, stars))), arrays(lines, stars))
    numbers = tf.data.Dataset.from_tensor_slices((lines, [10, 9, 10])).batch(2)
    same(from_tf(numbers), arrays(lines, [10, 9, 10]))
    named = from_tf(numbers.map(lambda x, y: (x, y - 9)), class_names=["no", "yes"])
    assert named.train.labels.tolist() == [1, 0, 1]


@pytest.mark.parametrize(
    ("dataset", "said"),
    [
        (lambda: SLICES(PAIR).repeat(), "never ends"),
        (lambda: SLICES(PAIR).take(0), "no examples"),
        (lambda: SLICES({"x": [1.0], "y": [1]}), "a pair of input and label"),
        (lambda: SLICES((*PAIR, [0.5, 0.5])), "a pair of input and label"),
        (lambda: SLICES((["a", "b"], [0.5, 1.0])), "kerastl.data.numbers"),
        (lambda: SLICES((["a", "b"], [[1, 1], [0, 1]])), "kerastl.data.multi_label"),
        (lambda: SLICES((["a", "b"], [[0, 0], [0, 1]])), "must have a single 1"),
        (lambda: SLICES((np.zeros((2, 5)), [0, 1])), "Inputs must be texts of shape"),
        (lambda: PAIR, "must be a tf.data.Dataset"),
        (lambda: None, "must be a tf.data.Dataset"),
    ],
)
def test_data_sets_that_cannot_be_read(dataset, said) -> None:
    with pytest.raises(ValueError, match=f"{said}.* Received: "):
        from_tf(dataset())


def test_class_names_that_do_not_fit(folder: Path) -> None:
    for names in (["a", "b"], [*CLASSES, "more"]):
        with pytest.raises(ValueError, match=r"Received: "):
            from_tf(images(folder, label_mode="categorical"), class_names=names)
    with pytest.raises(ValueError, match="position of its class"):
        from_tf(images(folder), class_names=["a", "b"])
    with pytest.raises(ValueError, match="must have the same classes"):
        from_tf(images(folder), images(folder, class_names=["1", "2"]))
