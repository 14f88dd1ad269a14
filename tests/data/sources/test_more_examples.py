"""More training examples join a data set; what is held out stays."""

import shutil

import numpy as np
import pytest
from PIL import Image

import kerastl as ktl


def write_images(folder, counts, seed):
    generator = np.random.default_rng(seed)
    for name, count in counts.items():
        (folder / name).mkdir(parents=True)
        for number in range(count):
            pixels = generator.integers(0, 256, (8, 8, 3), np.uint8)
            Image.fromarray(pixels).save(folder / name / f"{seed}{number}.png")
    return folder


@pytest.fixture
def photos(tmp_path):
    return write_images(tmp_path / "photos", {"a": 10, "b": 10, "c": 10}, 0)


def test_images_join_the_training_split_alone(photos, tmp_path):
    more = write_images(tmp_path / "more", {"c": 2, "b": 1}, 1)
    data = ktl.data.image_folder(photos, validation_split=0.2, test_split=0.2)
    found = ktl.data.with_more(data, more)
    assert len(found.train) == len(data.train) + 3
    assert found.validation is data.validation
    assert found.test is data.test
    added = [found.train[place] for place in range(len(data.train), len(found.train))]
    assert [each.label for each in added] == ["b", "c", "c"]
    assert all(str(more) in each.name for each in added)
    assert "training examples added" in found.notes[-1]


def test_texts_join_the_training_split(tmp_path):
    (tmp_path / "reviews.csv").write_text("review,sentiment\n" + "fine,good\ndull,bad\n" * 5)
    (tmp_path / "more.csv").write_text('text,label\n"one, more",bad\n')
    data = ktl.data.csv(tmp_path / "reviews.csv", text="review", label="sentiment")
    found = ktl.data.with_more(data, tmp_path / "more.csv")
    assert (found.train[-1].input, found.train[-1].label) == ("one, more", "bad")
    assert found.class_names == data.class_names


def test_a_table_of_images_without_some_labels(photos, tmp_path):
    more = write_images(tmp_path / "new", {"x": 3}, 1)
    rows = [f"{path.relative_to(tmp_path)},{label},a" for path, label in
            zip(sorted(more.rglob("*.png")), ("b", "", "c"), strict=True)]  # fmt: skip
    (tmp_path / "to_label.csv").write_text("\n".join(["image,label,guess", *rows]) + "\n")
    found = ktl.data.with_more(ktl.data.image_folder(photos), tmp_path / "to_label.csv")
    assert [found.train[place].label for place in (-2, -1)] == ["b", "c"]
    assert len(found.skipped) == 1


def test_a_test_image_among_the_added_ones_is_noted(photos, tmp_path):
    data = ktl.data.image_folder(photos, test_split=0.2)
    (tmp_path / "more" / "a").mkdir(parents=True)
    shutil.copy(data.test.name(0), tmp_path / "more" / "a" / "again.png")
    found = ktl.data.with_more(data, tmp_path / "more")
    assert "images of the test split also in training: 1" in found.notes[-1]


def test_groups_stay_apart(photos, tmp_path):
    more = write_images(tmp_path / "more", {"a": 2}, 1)
    data = ktl.data.image_folder(photos, validation_split=0.3, group=r"0(\d)")
    found = ktl.data.with_more(data, more)
    known = set(data.groups) | set(data.held_out_groups.get("validation", ()))
    assert len(set(found.groups[-2:]) - known) == 2


def test_what_cannot_be_added(photos, tmp_path):
    data = ktl.data.image_folder(photos)
    with pytest.raises(FileNotFoundError, match=r"no examples to add.*Received"):
        ktl.data.with_more(data, tmp_path / "absent")
    with pytest.raises(ValueError, match=r"Unknown class.*Received"):
        ktl.data.with_more(data, write_images(tmp_path / "other", {"d": 1}, 1))
    numbers = ktl.data.numbers(["one", "two"], [1.0, 2.0])
    with pytest.raises(ValueError, match=r"one class for each example.*Received"):
        ktl.data.with_more(numbers, photos)
