import shutil
from pathlib import Path

import numpy as np
import pytest

from kerastl.data.sources.folder import image_folder
from tests.data.drawing import colourful, encode

JPEG = encode(colourful(), "JPEG")


def names(split) -> list[str]:
    return [Path(split.inputs[i]).name for i in range(len(split))]


def test_one_folder_for_each_class(make_folder) -> None:
    data = image_folder(make_folder({"cat": 10, "dog": 5}), validation_split=0.2, test_split=0.2)
    assert data.class_names == ("cat", "dog")
    assert data.train.class_counts() == {"cat": 6, "dog": 3}
    assert data.validation.class_counts() == data.test.class_counts() == {"cat": 2, "dog": 1}
    for split in data.splits.values():
        for i, label in enumerate(split.labels):
            assert Path(split.inputs[i]).parent.name == data.class_names[label]


@pytest.mark.parametrize("validation", ["val", "valid", "validation", "Validation"])
def test_named_parts_are_never_mixed(make_folder, validation) -> None:
    root = make_folder({f"{p}/{c}": 3 for p in ("train", validation, "test") for c in "ab"})
    data = image_folder(root)
    for split, part in ((data.train, "train"), (data.validation, validation), (data.test, "test")):
        assert len(split) == 6
        assert all(Path(split.inputs[i]).parts[-3] == part for i in range(6))


def test_validation_is_taken_from_the_training_part(make_folder) -> None:
    root = make_folder({f"{p}/{c}": 5 for p in ("train", "test") for c in "ab"})
    data = image_folder(root, validation_split=0.2)
    assert [len(s) for s in data.splits.values()] == [8, 2, 10]
    assert all("train" in Path(data.validation.inputs[i]).parts for i in range(2))
    with pytest.raises(ValueError, match=r"already has a test split"):
        image_folder(root, test_split=0.2)


def test_other_files_are_left_out(make_folder) -> None:
    root = make_folder({"cat": 2, "dog": 2, "dog/small": 1})
    for name in ("README.txt", ".DS_Store", "cat/Thumbs.db", "cat/.hidden.jpg", "cat/labels.json"):
        (root / name).write_bytes(b"no image")
    (root / ".cache").mkdir()
    (root / "__MACOSX").mkdir()
    (root / "__MACOSX" / "a.jpg").write_bytes(b"no image")
    data = image_folder(root)
    assert data.train.class_counts() == {"cat": 2, "dog": 3}
    assert data.notes[0].startswith("files without an image extension, left out: 1, such as")


@pytest.mark.parametrize(
    ("folders", "message"),
    [
        ({}, "has no class folders"),
        ({"val/a": 2, "val/b": 2, "test/a": 2}, "no train folder.*'test', 'val'"),
        ({"cat": 2, "dog": 0}, "A class folder has no images. Received: .*dog"),
        (
            {"train/a": 2, "train/b": 2, "other/a": 1},
            "only be validation and test .*'other'",
        ),
        ({"train/a": 2, "train/b": 2, "val/a": 1, "valid/a": 1}, "Two folders are the same split"),
        ({"train/a": 2, "train/b": 2, "test": 2}, "has no class folders. Received: .*test"),
        ({"train/a": 2, "train/b": 2, "test/c": 2}, "test split has a label that the training"),
        ({"train/Cat": 2, "train/b": 2, "test/cat": 2}, "Received: 'Cat' and 'cat'"),
        ({"cat": 2, "Cat ": 2}, "differ only in upper and lower case or in spaces"),
        ({"cat": 2}, "at least two classes"),
    ],
)
def test_other_folder_structures_are_refused(make_folder, tmp_path, folders, message) -> None:
    (tmp_path / "images").mkdir()
    root = make_folder(folders) if folders else tmp_path / "images"
    with pytest.raises(ValueError, match=message):
        image_folder(root)


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"There is no such folder. Received: .*missing"):
        image_folder(tmp_path / "missing")


def test_a_class_with_one_image(make_folder) -> None:
    root = make_folder({"cat": 4, "dog": 1})
    assert len(image_folder(root).train) == 5
    with pytest.raises(ValueError, match=r"A class with one example .* Received: 'dog'"):
        image_folder(root, validation_split=0.25)


def test_bad_images_are_one_error_or_counted_skips(make_folder) -> None:
    root = make_folder({"cat": 4, "dog": 4})
    (root / "cat" / "000.jpg").write_bytes(b"only words")
    (root / "dog" / "001.jpg").write_bytes(JPEG[:200])
    (root / "dog" / "002.jpg").write_bytes(encode(colourful(), "PNG"))
    with pytest.raises(ValueError, match=r"2 of 8 images cannot be used") as error:
        image_folder(root)
    assert "cat/000.jpg" in str(error.value)
    assert "dog/001.jpg" in str(error.value)
    data = image_folder(root, on_error="skip")
    assert data.train.class_counts() == {"cat": 3, "dog": 3}
    assert names(data.train) == ["001.jpg", "002.jpg", "003.jpg", "000.jpg", "002.jpg", "003.jpg"]
    assert len(data.skipped) == 2
    assert "002.jpg" in "".join(data.notes)
    pixels, labels = next(data.train.pixels((48, 64)).as_numpy_iterator())
    assert labels.tolist() == [0, 0, 0, 1, 1, 1]
    # The PNG that is named .jpg is read by its content.
    np.testing.assert_array_equal(pixels[4], np.asarray(colourful()))


@pytest.mark.parametrize("by", [r"person_(\d+)", lambda path: path.stem.split("_")[1]])
def test_groups_from_the_path(tmp_path: Path, by) -> None:
    for person in range(10):
        for label in "ab":
            for shot in range(2):
                file = tmp_path / label / f"person_{person}_{shot}.jpg"
                file.parent.mkdir(exist_ok=True)
                file.write_bytes(JPEG)
    data = image_folder(tmp_path, validation_split=0.3, group=by)
    held_out = {name.split("_")[1] for name in names(data.validation)}
    assert len(held_out) == 3
    assert not held_out & {name.split("_")[1] for name in names(data.train)}
    with pytest.raises(ValueError, match=r"does not match an image. Received: 'a/person_0_0.jpg'"):
        image_folder(tmp_path, validation_split=0.3, group="animal")


def test_images_shared_by_training_and_test_are_noted(make_folder) -> None:
    root = make_folder({f"{p}/{c}": 3 for p in ("train", "test") for c in "ab"})
    assert image_folder(root).notes == []
    shutil.copy(root / "train" / "a" / "000.jpg", root / "test" / "a" / "copy.jpg")
    (note,) = image_folder(root).notes
    assert note.startswith("images of the test split also in training: 1")


def test_real_photos(shared: Path) -> None:
    data = image_folder(shared / "images" / "trashnet6_subset", validation_split=0.2, seed=1)
    assert data.class_names == ("cardboard", "glass", "metal", "paper", "plastic", "trash")
    assert set(data.train.class_counts().values()) == {60}
    assert set(data.validation.class_counts().values()) == {15}
    assert set(data.test.class_counts().values()) == {25}


@pytest.mark.slow
def test_every_real_image_is_readable(shared: Path) -> None:
    data = image_folder(shared / "images" / "sign_digits", test_split=0.1)
    assert data.class_names == tuple("0123456789")
    assert data.train.unreadable() == data.test.unreadable() == []


def test_listed_classes_set_the_order(make_folder) -> None:
    root = make_folder({"cat": 2, "dog": 2})
    assert image_folder(root, class_names=["dog", "cat"]).class_names == ("dog", "cat")
    with pytest.raises(ValueError, match=r"Unknown label.* Received: 'dog' for .*dog"):
        image_folder(root, class_names=["cat", "bird"])
