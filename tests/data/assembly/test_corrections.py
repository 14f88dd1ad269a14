"""A table of corrections changes what it names, after the split, and nothing else."""

import csv

import numpy as np
import pytest
from PIL import Image

import kerastl as ktl
from kerastl.data.assembly.corrections import COLUMNS

TEXTS = [f"text {number}, with commas" for number in range(20)]
LABELS = ["no", "yes"] * 10


def table(path, *rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(rows)
    return path


def read(corrections, **options):
    return ktl.data.arrays(
        TEXTS, LABELS, test_split=0.2, seed=3, corrections=corrections, **options
    )


def labelled(split):
    named = [split.class_names[label] for label in split.labels]
    return dict(zip(split.inputs, named, strict=True))


def test_labels_are_changed_and_examples_left_out(tmp_path):
    plain = read(None)
    first, second, third = plain.train.inputs[:3]
    given = labelled(plain.train)
    other = {"no": "yes", "yes": "no"}
    path = table(
        tmp_path / "fixes.csv",
        (first, "label", given[first], other[given[first]], "suggested"),
        (second, "label", given[second], "", "none"),
        (third, "label", given[third], other[given[third]], "given"),
    )
    fixed = read(path)
    expected = {**given, first: other[given[first]]}
    del expected[second]
    assert labelled(fixed.train) == expected
    assert list(fixed.test.inputs) == list(plain.test.inputs)
    assert "corrections: 1 label changed, 1 example left out" in fixed.notes


def test_an_unedited_table_changes_nothing(tmp_path):
    data = ktl.data.arrays([*TEXTS, TEXTS[0]], [*LABELS, "yes"], test_split=0.2)
    found = data.inspect(None, verbose=0)
    assert found.totals["conflict"] + found.totals["leakage"] + found.totals["duplicate"]
    path = found.write_corrections(tmp_path / "fixes.csv")
    again = ktl.data.arrays([*TEXTS, TEXTS[0]], [*LABELS, "yes"], test_split=0.2, corrections=path)
    assert labelled(again.train) == labelled(data.train)


def test_images_are_named_by_their_paths(tmp_path, monkeypatch):
    for kind, colour in (("dark", 10), ("light", 240)):
        for number in range(4):
            path = tmp_path / "photos" / kind / f"{number}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(np.full((8, 8, 3), colour + number, np.uint8)).save(path)
    monkeypatch.chdir(tmp_path)
    path = table(
        tmp_path / "fixes.csv", ("photos/dark/1.png", "label", "dark", "light", "suggested")
    )
    fixed = ktl.data.image_folder(tmp_path / "photos", corrections=path)
    assert fixed.train.class_counts() == {"dark": 3, "light": 5}


def test_arrays_of_pixels_are_named_by_their_content(tmp_path):
    images = np.stack([np.full((8, 8, 3), 20 * number, np.uint8) for number in range(8)])
    data = ktl.data.arrays(images, ["a", "b"] * 4)
    from kerastl.data.assembly.corrections import example_key

    path = table(tmp_path / "f.csv", (example_key(data.train, 2), "label", "a", "b", "suggested"))
    fixed = ktl.data.arrays(images, ["a", "b"] * 4, corrections=path)
    assert fixed.train.labels.tolist() == [0, 1, 1, 1, 0, 1, 0, 1]


def test_several_labels_and_numbers_are_corrected(tmp_path):
    path = table(tmp_path / "f.csv", ("b", "label", "wet", "wet; cold", "suggested"))
    data = ktl.data.multi_label(["a", "b"], [["cold"], ["wet"]], corrections=path)
    assert data.train.labels.tolist() == [[1, 0], [1, 1]]
    path = table(tmp_path / "n.csv", ("b", "label", "2", "2.5", "suggested"))
    data = ktl.data.numbers(["a", "b"], [1.0, 2.0], corrections=path)
    assert data.train.labels.tolist() == [[1.0], [2.5]]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ((TEXTS[0], "label", "no", "yes", "maybe"), "f.csv, line 2"),
        ((TEXTS[0], "label", "no", "", "suggested"), "must have one.*line 2"),
        (("unknown", "label", "no", "yes", "suggested"), "is not in the data.*'unknown'"),
        ((TEXTS[0], "label", "yes", "no", "suggested"), "has the label 'no', not 'yes'"),
        ((TEXTS[0], "label", "no", "yess", "suggested"), "Did you mean 'yes'"),
    ],
)
def test_a_table_that_does_not_fit_is_one_clear_error(row, message, tmp_path):
    with pytest.raises(ValueError, match=f"(?s){message}"):
        read(table(tmp_path / "f.csv", row))


def test_a_table_without_a_column_is_named(tmp_path):
    (tmp_path / "f.csv").write_text("example,keep\n")
    with pytest.raises(ValueError, match="problem, given, suggested is missing"):
        read(tmp_path / "f.csv")
