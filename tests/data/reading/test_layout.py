"""Folders next to each other are classes, splits, or an error: never one taken for another."""

from pathlib import Path

import pytest

from kerastl.data.reading.layout import class_folders, split_names
from kerastl.data.sources.folder import image_folder

JPEG = b"not decoded here"


def write(root: Path, *folders: str) -> Path:
    for folder in folders:
        (root / folder).mkdir(parents=True)
        (root / folder / "1.jpg").write_bytes(JPEG)
    return root


def read(root: Path) -> set[tuple[str | None, str]]:
    return {(part, folder.name) for part, folder in class_folders(root)}


TWO = {("train", "a"), ("train", "b"), ("test", "a"), ("test", "b")}


@pytest.mark.parametrize(
    ("train", "test"),
    [
        ("training_set", "test_set"),
        ("seg_train", "seg_test"),
        ("train_images", "test_images"),
        ("Train", "TEST"),
        ("training", "testing"),
        ("TrainingData", "TestData"),
        ("trainset", "testset"),
        ("train-set", "test.set"),
        ("seg_train", "test"),
        ("train2017", "test2017"),
        ("asl_alphabet_train", "asl_alphabet_test"),
        ("dataset_train", "dataset_test"),
        ("cropped train images", "cropped test images"),
        ("seg_train/seg_train", "seg_test/seg_test"),
        ("training_set/training_set", "test_set/test_set"),
        ("train/images", "test/images"),
        ("archive/train", "archive/test"),
        ("archive/data/Train", "archive/data/Test"),
    ],
)
def test_split_folders_are_splits(tmp_path: Path, train: str, test: str) -> None:
    root = write(tmp_path, *(f"{part}/{name}" for part in (train, test) for name in "ab"))
    assert read(root) == TWO


@pytest.mark.parametrize("name", ["val", "valid", "validation", "dev", "Valid", "valid_images"])
def test_every_name_of_a_validation_split(tmp_path: Path, name: str) -> None:
    root = write(tmp_path, "train_images/a", "train_images/b", f"{name}/a")
    assert ("validation", "a") in read(root)


@pytest.mark.parametrize(
    ("folders", "message"),
    [
        (("train_images", "test_images"), "one folder of images for each class.*csv"),
        (("train", "test"), "one folder of images for each class"),
        (("val", "test"), "no train folder"),
        (("seg_train/a", "seg_test/a", "seg_pred"), "only be validation and test.*'seg_pred'"),
        (("training_set/a", "training_set/b", "evaluation_set/a"), "move other folders away"),
        (("cats", "dogs", "test_set/cats"), "no train folder"),
        (("trainval/a", "test/a"), "no train folder"),
        (("bus", "car", "train"), "If a class is named like a split, rename"),
        (("train/a", "train_images/a"), "Two folders are the same split"),
        (("cats/train", "cats/test", "dogs/train", "dogs/test"), "move them to the top, such as"),
        (("train/a/train", "train/a/test", "test/a"), "move them to the top"),
    ],
)
def test_other_layouts_are_refused(tmp_path: Path, folders, message: str) -> None:
    with pytest.raises(ValueError, match=f"(?s)(?=.*Received: ).*{message}"):
        class_folders(write(tmp_path, *folders))


@pytest.mark.parametrize(
    "names",
    [
        ("train_station", "bus_station"),
        ("test_tube", "flask"),
        ("steam train", "tram"),
        ("training shoes", "boots"),
        ("valid", "invalid"),
        ("训练", "测试"),
    ],
)
def test_classes_with_such_words_stay_classes(tmp_path: Path, names: tuple[str, ...]) -> None:
    assert read(write(tmp_path, *names)) == {(None, name) for name in names}


def test_names_are_compared_with_those_next_to_them() -> None:
    assert split_names([Path("x_train"), Path("x_dev")]) == ["train", "validation"]
    assert split_names([Path("x_train"), Path("y_dev")]) == [None, None]
    assert split_names([]) == []


def test_what_was_decided_is_in_the_notes(make_folder) -> None:
    root = make_folder({f"{part}/{c}": 2 for part in ("seg_train/seg_train", "test") for c in "ab"})
    data = image_folder(root)
    assert {name: len(split) for name, split in data.splits.items()} == {"train": 4, "test": 4}
    assert data.class_names == ("a", "b")
    assert data.notes == ["folders read as splits: seg_train/seg_train (train)"]


def test_domains_that_could_be_classes_are_noted(make_folder) -> None:
    root = make_folder({f"{domain}/{c}": 2 for domain in ("amazon", "dslr") for c in "ab"})
    (note,) = image_folder(root).notes
    assert note.startswith("folders in all class folders: 'a', 'b'; if these are the classes")
