import json

import numpy as np
import pytest

import kerastl as ktl
from tests.contracts.boxes_under_test import COLOURS, squares, write_squares

pytestmark = pytest.mark.both_backends


def changed(folder, change, name="boxes.json"):
    """Write the squares with changed annotations, and read them."""
    write_squares(folder, count=8)
    told = json.loads((folder / "boxes.json").read_text())
    change(told)
    (folder / name).write_text(json.dumps(told))
    return folder / name, folder / "images"


def test_boxes_are_corners_in_pixels(tmp_path):
    data = squares(tmp_path, validation_split=0.2, test_split=0.2)
    assert data.class_names == COLOURS
    assert {name: len(split) for name, split in data.splits.items()} == {
        "train": 36,
        "validation": 12,
        "test": 12,
    }
    told = json.loads((tmp_path / "boxes.json").read_text())
    whole = ktl.data.coco(tmp_path / "boxes.json", tmp_path / "images").train
    x, y, width, height = told["annotations"][0]["bbox"]
    np.testing.assert_array_equal(whole.boxes[0], [[x, y, x + width, y + height]])
    assert sum(whole.class_counts().values()) == len(told["annotations"])


@pytest.mark.parametrize(
    ("box", "reason"),
    [
        ([40, 40, 30, 5], "outside the image of 48 x 48"),
        ([-3, 4, 9, 9], "outside the image"),
        ([5, 5, 0, 9], "no area"),
        ([0.1, 0.1, 0.5, 0.5], "fractions of the image"),
        ([5, 5, 9], "four numbers"),
        ([5, float("nan"), 9, 9], "not finite"),
    ],
)
def test_damaged_boxes_are_counted_and_named(tmp_path, box, reason):
    def damage(told):
        told["annotations"][2]["bbox"] = box

    path, images = changed(tmp_path, damage)
    with pytest.raises(ValueError, match=f"(?s)^1 of 12 boxes.*{reason}.*Received: .*png, box 2"):
        ktl.data.coco(path, images)
    data = ktl.data.coco(path, images, on_error="skip")
    assert len(data.skipped) == 1
    assert sum(data.train.class_counts().values()) == 11
    assert "left out" in str(data)


def test_corners_instead_of_sizes_are_found(tmp_path):
    def corners(told):
        for each in told["annotations"]:
            x, y, width, height = each["bbox"]
            each["bbox"] = [x, y, x + width, y + height]

    path, images = changed(tmp_path, corners)
    with pytest.raises(ValueError, match="of 12 boxes cannot be used"):
        ktl.data.coco(path, images)


def test_label_lists_that_differ_are_named(tmp_path):
    def rename(told):
        told["categories"][0]["name"] = "azure"

    other, images = changed(tmp_path, rename, "test.json")
    with pytest.raises(ValueError, match=r"only one has 'azure', 'blue'.*test\.json"):
        ktl.data.coco(tmp_path / "boxes.json", images, test=other)


def test_one_image_cannot_be_divided(tmp_path):
    def reduce(told):
        told["images"] = told["images"][:1]
        told["annotations"] = told["annotations"][:1]

    path, images = changed(tmp_path, reduce)
    with pytest.raises(ValueError, match="One image cannot be divided"):
        ktl.data.coco(path, images, validation_split=0.5)


def test_images_of_another_size_are_refused(tmp_path):
    def turn(told):
        told["images"][3]["width"] = 96

    path, images = changed(tmp_path, turn)
    with pytest.raises(ValueError, match=r"3\.png, 48 x 48, annotated as 96 x 48"):
        ktl.data.coco(path, images)


def test_crowds_and_empty_images_are_noted(tmp_path):
    def crowd(told):
        told["annotations"][0]["iscrowd"] = 1

    data = ktl.data.coco(*changed(tmp_path, crowd))
    assert any("boxes around crowds" in note and "left out: 1" in note for note in data.notes)
    assert any("without a box, used as background: 1" in note for note in data.notes)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda told: told.pop("categories"), "a list 'categories'"),
        (lambda told: told["annotations"][0].pop("bbox"), "Every entry of 'annotations'"),
        (lambda told: told["annotations"][0].update(image_id=99), "image_id 99"),
        (lambda told: told.update(annotations=[]), "no boxes to train on"),
    ],
)
def test_other_files_are_refused(tmp_path, change, message):
    path, images = changed(tmp_path, change)
    with pytest.raises(ValueError, match=message):
        ktl.data.coco(path, images)


def test_names_of_any_writing_are_found(tmp_path):
    names = {}

    def rename(told):
        for number, each in enumerate(told["images"]):
            name = each["file_name"]
            stem = name.removesuffix(".png")
            new = (name.upper(), f"images/{name}", stem, f"sub\\{name}", f"my {name}")[number % 5]
            each["file_name"] = new
            names[name] = new

    path, images = changed(tmp_path, rename)
    (images / "sub").mkdir()
    for name, new in names.items():
        if new.startswith("my "):
            (images / name).rename(images / new)
        if new.startswith("sub"):
            (images / name).rename(images / "sub" / name)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert len(ktl.data.coco(path, images).train) == 8


def test_what_is_listed_and_missing_is_reported(tmp_path):
    def damage(told):
        told["images"][0]["file_name"] = "none.png"
        told["annotations"][-1]["category_id"] = 99

    path, images = changed(tmp_path, damage)
    with pytest.raises(ValueError, match=r"category_id 99.*on_error=\"skip\".*Received"):
        ktl.data.coco(path, images)
    data = ktl.data.coco(path, images, on_error="skip")
    assert [reason for _, reason in data.skipped][:2] == [
        "it has the category_id 99, which the file does not define",
        "there is no such file",
    ]
    with pytest.raises(ValueError, match=r"no such folder of images. Received: .*none"):
        ktl.data.coco(path, images / "none")
