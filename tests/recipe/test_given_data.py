"""Calls that people try, with data of every form."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import tensorflow as tf
from PIL import Image

import kerastl as ktl
from tests.training import tiny

IMAGES, LABELS = tiny.images(24)
NAMES = ("blue", "green", "red")
SLICES = tf.data.Dataset.from_tensor_slices


@pytest.fixture(scope="module")
def recipe() -> ktl.ImageClassification:
    made = ktl.ImageClassification(tiny.backbone(), image_size=tiny.SIZE)
    made.build(NAMES)
    return made


@pytest.fixture(scope="module")
def data() -> SimpleNamespace:
    def read(**options: float) -> ktl.data.Dataset:
        return ktl.data.arrays(IMAGES, LABELS, **options)

    return SimpleNamespace(
        whole=read(),
        validated=read(validation_split=0.25),
        tested=read(validation_split=0.25, test_split=0.25),
    )


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("photos")
    for number, pixels in enumerate(IMAGES[:4]):
        Image.fromarray(pixels).save(folder / f"{number}.png")
    (folder / "._0.png").write_bytes(b"no image")
    return folder


def test_what_fit_takes(data: SimpleNamespace) -> None:
    given = {
        "pair": (IMAGES, LABELS),
        "pair of lists": (list(IMAGES), list(LABELS)),
        "pair of columns": (pd.Series(list(IMAGES)), pd.Series(LABELS)),
        "split": data.whole.train,
        "tf.data": SLICES((IMAGES, LABELS)).batch(5),
        "training and validation": (data.whole.train, data.whole.train),
        "Dataset": data.whole,
    }
    weights = []
    for each in given.values():
        made = ktl.ImageClassification(tiny.backbone(), image_size=tiny.SIZE)
        dataset = made.as_dataset(each)
        assert dataset.class_names == NAMES
        weights.append([np.asarray(dataset.train.inputs[i]) for i in range(24)])
        np.testing.assert_array_equal(dataset.train.labels, data.whole.train.labels)
    for other in weights:
        np.testing.assert_array_equal(other, weights[-1])
    made.fit(given["pair"], [ktl.Phase("head", linear_probe=True)], verbose=0)
    assert made.class_names == NAMES


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda r: r.fit(IMAGES, LABELS), r"Pass both as one argument, `\(x, y\)`"),
        (lambda r: r.fit(list(IMAGES), [0, 1]), r"Pass both as one argument, `\(x, y\)`"),
        (lambda r: r.fit(None), "Received: data=None"),
        (lambda r: r.fit("photos"), r"ktl\.data\.image_folder\('photos'\)"),
        (lambda r: r.fit(Path("t.csv")), r"ktl\.data\.csv\('t\.csv', text=…"),
        (lambda r: r.fit(pd.DataFrame({"x": [1]})), r"ktl\.data\.dataframe.*columns 'x'"),
        (lambda r: r.fit({"train": 1}), "Received: a dict with the keys 'train'"),
        (lambda r: r.fit((IMAGES, LABELS, LABELS)), "Received: a tuple of 3"),
        (lambda r: r.fit(iter([])), "Received: a list_iterator"),
        (lambda r: r.fit([r.as_dataset((IMAGES, LABELS))] * 2), "Only an adaptation takes several"),
        (lambda r: r.fit((IMAGES, LABELS), LABELS), "second argument of `fit` is the schedule"),
        (lambda r: r.fit(SLICES((IMAGES, LABELS)), SLICES(IMAGES)), "argument of `fit` is the sch"),
        (lambda r: r.evaluate("photos"), r"ktl\.data\.image_folder"),
        (lambda r: r.evaluate(IMAGES), "Pass both as one argument"),
        (lambda r: r.evaluate(None), "no such split"),
        (lambda r: r.export("unused", data="photos"), r"ktl\.data\.image_folder"),
        (lambda r: r.export("unused"), "a loaded recipe has none"),
        (lambda r: r.fit_quantized("photos"), r"ktl\.data\.image_folder"),
        (lambda r: ktl.find_learning_rate(r, "photos"), r"ktl\.data\.image_folder"),
        (lambda r: ktl.compare("photos", ["mobilenet"]), r"ktl\.data\.image_folder"),
    ],
)
def test_other_data_is_refused_with_the_way_out(call, said, recipe) -> None:
    with pytest.raises(ValueError, match=f"{said}|{said}.*Received: "):
        call(recipe)
    assert recipe.class_names == NAMES


def test_scaled_images_are_refused_with_the_reader_that_converts_them(recipe) -> None:
    scaled = IMAGES / np.float32(255)
    for call in (recipe.fit, recipe.evaluate):
        with pytest.raises(ValueError, match=r"ktl\.data\.arrays\(x, y, pixel_range=…\)"):
            call((scaled, LABELS))
        with pytest.raises(ValueError, match=r"ktl\.data\.from_tf\(dataset, pixel_range=…\)"):
            call(SLICES((scaled, LABELS)))


@pytest.mark.parametrize("name", ["evaluate", "predict", "export", "save", "fit_quantized"])
def test_before_fit(name: str, data: SimpleNamespace, tmp_path: Path) -> None:
    made = ktl.ImageClassification(tiny.backbone(), image_size=tiny.SIZE)
    given = {"export": tmp_path / "out", "save": tmp_path / "out", "fit_quantized": None}
    with pytest.raises(RuntimeError, match=r"no model yet: call fit\(\)"):
        getattr(made, name)(given.get(name, data.whole))
    assert not (tmp_path / "out").exists()


def test_evaluate_takes_the_test_split_or_the_only_one(recipe, data: SimpleNamespace) -> None:
    expected = recipe.evaluate(data.tested.test).accuracy
    assert recipe.evaluate(data.tested).accuracy == expected
    whole = recipe.evaluate(data.whole.train).accuracy
    positions = [NAMES.index(label) for label in LABELS]
    for given in (
        data.whole,
        (IMAGES, LABELS),
        (IMAGES, positions),
        SLICES((IMAGES, LABELS)).batch(7),
        SLICES((IMAGES, positions)),
        SLICES((IMAGES, tf.one_hot(positions, 3))).batch(7),
    ):
        assert recipe.evaluate(given).accuracy == pytest.approx(whole)
    one_class = recipe.evaluate((IMAGES[:1], LABELS[:1]))
    assert len(one_class.confusion) == 3
    with pytest.raises(ValueError, match=r"no test split.*the splits train and validation"):
        recipe.evaluate(data.validated)
    with pytest.raises(ValueError, match="Received: 'zebra'"):
        recipe.evaluate((IMAGES[:2], ["zebra", "red"]))


def test_integers_that_fit_read_as_names_are_names_in_an_evaluation() -> None:
    made = ktl.ImageClassification(tiny.backbone(), image_size=tiny.SIZE)
    made.build(("1", "2", "3"))
    stars = np.array([1, 2, 3, 1])
    split = ktl.data.arrays(IMAGES[:4], stars).train
    expected = made.evaluate(split).accuracy
    assert made.evaluate((IMAGES[:4], stars)).accuracy == expected


def test_predict_takes_folders_patterns_splits_and_data_sets(recipe, photos, data) -> None:
    def scores(given: object) -> list[dict[str, float]]:
        return [each.probabilities for each in recipe.predict(given)]

    expected = scores(list(IMAGES[:4]))
    for given in (
        photos,
        str(photos),
        f"{photos}/",
        f"{photos}/*.png",
        Path(f"{photos}/?.png"),
        ktl.data.unlabelled(photos),
        SLICES(IMAGES[:4]),
        SLICES((IMAGES[:4], LABELS[:4])).batch(3),
        data.whole.train.subset(range(4)),
    ):
        for one, another in zip(scores(given), expected, strict=True):
            assert one == pytest.approx(another, abs=1e-6)
    assert len(recipe.predict(data.tested)) == len(data.tested.test)
    for nothing in ([], (), np.zeros((0, 8, 8, 3)), pd.Series([], dtype=object)):
        assert recipe.predict(nothing) == []
    with pytest.raises(ValueError, match="no test split"):
        recipe.predict(data.validated)


@pytest.mark.parametrize("size", [tiny.SIZE, np.int64(tiny.SIZE), (tiny.SIZE, tiny.SIZE)])
def test_one_number_is_height_and_width(size, data: SimpleNamespace) -> None:
    made = ktl.ImageClassification(tiny.backbone(), image_size=size)
    assert made.image_size == (tiny.SIZE, tiny.SIZE)
    assert ktl.Embedding(tiny.backbone(), image_size=size).image_size == (tiny.SIZE, tiny.SIZE)
    assert data.whole.train.pixels(size).element_spec[0].shape[1:] == (tiny.SIZE, tiny.SIZE, 3)


@pytest.mark.parametrize("size", [0, -1, 2.5, True, "224", (224,), (224, 224, 3), (0, 9), (9, "9")])
def test_other_sizes_are_refused(size) -> None:
    for make in (ktl.ImageClassification, ktl.Embedding):
        with pytest.raises(ValueError, match=r"`image_size` must be .*Received: image_size="):
            make(tiny.backbone(), image_size=size)


def test_pairs_of_other_tasks() -> None:
    tags = [["red"], ["red", "bright"], []] * 8
    labels = ktl.ImageMultiLabelClassification(tiny.backbone(), image_size=tiny.SIZE)
    assert labels.as_dataset((IMAGES, tags)).class_names == ("bright", "red")
    labels.build(("bright", "red", "unseen"))
    table = [[0, 1, 0], [1, 1, 0], [0, 0, 0]] * 8
    by_name = labels.evaluate((IMAGES, tags))
    assert str(by_name.to_dict()) == str(labels.evaluate((IMAGES, table)).to_dict())
    numbers = ktl.ImageRegression(tiny.backbone(), image_size=tiny.SIZE)
    values = pd.DataFrame({"age": range(24), "size": range(1, 25)})
    assert numbers.as_dataset((IMAGES, values)).target_names == ("age", "size")
    boxes = ktl.ObjectDetection(tiny.backbone(), image_size=tiny.SIZE)
    with pytest.raises(ValueError, match=r"ktl\.data\.coco"):
        boxes.fit((IMAGES, LABELS))
