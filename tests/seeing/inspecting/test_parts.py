"""Mistakes in boxes and entities are found, and a table of corrections removes them."""

import csv
import json
from types import SimpleNamespace

import keras
import numpy as np
import pytest
from PIL import Image

import kerastl as ktl
from kerastl.data.assembly.corrections import COLUMNS
from kerastl.data.assembly.label_text import given_label
from kerastl.data.splits.box_split import BoxSplit
from kerastl.seeing.inspecting.labels import box_contents
from kerastl.seeing.inspecting.labels.box_contents import _content_size, boxes_of_other_classes
from kerastl.seeing.inspecting.labels.box_places import misplaced_boxes
from tests.training import tiny

SIDE = 24
SPOT = 8


@pytest.fixture
def scenes(tmp_path):
    """Grey images with a red and a blue square each, and a COCO file with their boxes."""
    generator = np.random.default_rng(0)
    told = {
        "images": [],
        "annotations": [],
        "categories": [{"id": 0, "name": "big red"}, {"id": 1, "name": "blue"}],
    }
    (tmp_path / "images").mkdir()
    for number in range(40):
        image = generator.integers(60, 100, (SIDE, SIDE, 3)).astype("uint8")
        for kind, channel in enumerate((0, 2)):
            y = int(generator.integers(0, SIDE - SPOT))
            x = int(generator.integers(0, 4)) + 12 * kind
            image[y : y + SPOT, x : x + SPOT, channel] = 250
            told["annotations"].append(
                {
                    "id": len(told["annotations"]),
                    "image_id": number,
                    "category_id": kind,
                    "bbox": [x, y, SPOT, SPOT],
                }
            )
        name = f"{number:02d}.png"
        Image.fromarray(image).save(tmp_path / "images" / name)
        told["images"].append({"id": number, "file_name": name, "width": SIDE, "height": SIDE})
    (tmp_path / "boxes.json").write_text(json.dumps(told))
    return tmp_path


def read(folder, **options):
    return ktl.data.coco(folder / "boxes.json", folder / "images", **options)


def fine_backbone(stride=1):
    """Random filters, whose maps are as fine as the image divided by the stride."""
    keras.utils.set_random_seed(0)
    pixels = keras.Input((SIDE, SIDE, 3))
    x = keras.layers.Rescaling(1 / 255)(pixels)
    x = keras.layers.AveragePooling2D(stride)(x)
    for stage in tiny.STAGES:
        x = keras.layers.Conv2D(24, 3, padding="same", activation="relu", name=f"{stage}_end")(x)
    ends = {stage: f"{stage}_end" for stage in tiny.STAGES}
    return ktl.backbone(keras.Model(pixels, x), stages=ends)


def edited(path, rows, keep):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows((*row[:4], keep) for row in rows)
    return path


def test_missing_and_moved_boxes_are_found_and_mended(scenes):
    path = scenes / "boxes.json"
    told = json.loads(path.read_text())
    missing, moved = told["annotations"][6], told["annotations"][11]
    true = list(moved["bbox"])
    moved["bbox"][1] += 6 if true[1] < 8 else -6
    told["annotations"].remove(missing)
    path.write_text(json.dumps(told))
    found = read(scenes).inspect(fine_backbone(), verbose=0)
    labels = {each.index: each for each in found.of("label")}
    assert labels.keys() == {3, 5}
    assert labels[3].detail == "big red without a box"
    assert labels[5].detail == "the box of blue is not around it"
    table = found.write_corrections(scenes / "fixes.csv")
    rows = list(csv.reader(table.open(encoding="utf-8")))[1:]
    assert given_label(read(scenes, corrections=table).train, 3).count(";") == 0
    fixed = read(scenes, corrections=edited(table, rows, "suggested")).train
    assert len(fixed) == 40
    assert sorted(fixed.kinds[3].tolist()) == [0, 1]
    new = fixed.boxes[5][fixed.kinds[5] == 1][0]
    x, y, width, height = true
    np.testing.assert_allclose(new, [x, y, x + width, y + height], atol=2)
    left = read(scenes, corrections=edited(table, rows, "none"))
    assert len(left.train) == 38
    assert "corrections: 0 labels changed, 2 examples left out" in left.notes


def test_clean_boxes_are_not_suspected(scenes):
    assert not read(scenes).inspect(fine_backbone(), verbose=0).of("label")


def test_maps_that_are_too_coarse_are_not_read(scenes):
    whole = read(scenes).train
    assert misplaced_boxes(whole, fine_backbone(4), np.arange(40), 0) == []


def test_doubled_and_outside_boxes_have_suggestions(scenes):
    path = scenes / "boxes.json"
    told = json.loads(path.read_text())
    told["annotations"].append({**told["annotations"][0], "id": 1000})
    path.write_text(json.dumps(told))
    (label,) = read(scenes).inspect(fine_backbone(), verbose=0).of("label")
    assert label.detail == "two boxes around one big red"
    assert label.given.count(";") == 2
    assert label.suggested.count(";") == 1


@pytest.mark.parametrize(
    ("suggested", "message"),
    [
        ("green 1 2 3 4", "green"),
        ("blue 1 2 3", "class and x1, y1, x2, y2"),
        ("blue 5 5 2 9", "class and x1, y1, x2, y2"),
        ("blue 1 2 3 400", "inside an image of 24 x 24"),
    ],
)
def test_a_box_without_a_meaning_is_refused(scenes, suggested, message):
    data = read(scenes)
    row = data.train.inputs[0], "label", given_label(data.train, 0), suggested
    with pytest.raises(ValueError, match=message):
        read(scenes, corrections=edited(scenes / "fixes.csv", [row], "suggested"))


TEXTS = ["Ada came to London.", "Bo saw Rome.", "Cy went home."] * 4
SPANS = [[(0, 3, "person"), (12, 18, "place")], [(0, 2, "person"), (7, 11, "place")], []] * 4


def test_entities_are_corrected(tmp_path):
    plain = ktl.data.spans(TEXTS[:3], SPANS[:3]).train
    assert given_label(plain, 0) == "0-3 person; 12-18 place"
    rows = [
        (TEXTS[0], "label", given_label(plain, 0), "12-18 person"),
        (TEXTS[2], "label", "", "0-2 person; 8-12 place"),
    ]
    table = edited(tmp_path / "fixes.csv", rows, "suggested")
    fixed = ktl.data.spans(TEXTS[:3], SPANS[:3], corrections=table).train
    assert fixed.label_of(0) == [("person", 12, 18)]
    assert fixed.label_of(1) == plain.label_of(1)
    assert fixed.label_of(2) == [("person", 0, 2), ("place", 8, 12)]
    wrong = edited(tmp_path / "fixes.csv", [(*rows[0][:3], "1-3 person")], "suggested")
    with pytest.raises(ValueError, match="whole words"):
        ktl.data.spans(TEXTS[:3], SPANS[:3], corrections=wrong)


def test_a_word_of_a_wrong_type_has_a_suggestion():
    from tests.contracts.recipes_under_test import tiny_bert

    words = ["ada", "bo", "cy", "rome", "paris", "oslo", "saw", "."]
    texts, spans = [], []
    for number in range(60):
        name, place = words[number % 3], words[3 + number % 3]
        text = f"{name} saw {place} {number % 7} ."
        texts.append(text)
        start = len(name) + 5
        spans.append([(0, len(name), "person"), (start, start + len(place), "place")])
    start, end, _ = spans[7][1]
    spans[7][1] = (start, end, "person")
    keras.utils.set_random_seed(0)
    found = ktl.data.spans(texts, spans).inspect(tiny_bert(words), verbose=0)
    first = next(each for each in found.of("label") if each.index == 7)
    assert first.given == f"0-2 person; {start}-{end} person"
    assert first.suggested == f"0-2 person; {start}-{end} place"


def test_the_contents_of_boxes_take_less_than_half_a_pass():
    backbone = SimpleNamespace(image_size=(224, 224), size_step=32)
    for boxes in (1, 100, 120, 200, 400):
        height, width = _content_size(backbone, 100, boxes)
        assert height * width * boxes <= 0.4 * 224 * 224 * 100 or boxes == 1
        assert (224 - height) % 32 == 0
    assert _content_size(backbone, 100, 1) == (224, 224)
    assert _content_size(backbone, 100, 5_000) == (64, 64)
    assert _content_size(SimpleNamespace(image_size=(64, 80), size_step=None), 1, 9) == (64, 80)


def test_contents_are_read_smaller_than_the_images(scenes, monkeypatch):
    monkeypatch.setattr(box_contents, "_LEAST_SIDE", 16)
    pixels = keras.Input((None, None, 3))
    x = keras.layers.Rescaling(1 / 255)(pixels)
    x = keras.layers.AveragePooling2D(4, name="end")(x)
    network = keras.Model(pixels, x, name="any_size")
    backbone = ktl.backbone(network, stages={"only": "end"}, image_size=(64, 64))
    whole = read(scenes).train
    height, _ = _content_size(backbone, len(whole), sum(map(len, whole.boxes)))
    assert height < 64
    kinds = [each.copy() for each in whole.kinds]
    for image in (3, 8, 13):
        kinds[image][0] = 1 - kinds[image][0]
    wrong = BoxSplit(whole.inputs, whole.boxes, kinds, whole.class_names, whole.sizes)
    found = boxes_of_other_classes(wrong, backbone, np.arange(len(wrong)), 0)
    assert {(each.image, each.box) for each in found[:3]} == {(3, 0), (8, 0), (13, 0)}
