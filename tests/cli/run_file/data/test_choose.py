from pathlib import Path

import pytest

from kerastl.cli.run_file.data.boxes import CocoFile, VocFolder
from kerastl.cli.run_file.data.choose import read_alike, read_data_section
from kerastl.cli.run_file.data.entities import TaggedWords
from kerastl.cli.run_file.data.images import ImageFolder
from kerastl.cli.run_file.data.tables import ClassTable, LabelTable, NumberTable
from kerastl.cli.run_file.place import Place

PLACE = Place(".".join)


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("photos").mkdir()
    Path("voc/Annotations").mkdir(parents=True)
    return tmp_path


@pytest.mark.parametrize(
    ("values", "kind", "task"),
    [
        ({"path": "photos"}, ImageFolder, "image_classification"),
        ({"path": "not_there"}, ImageFolder, "image_classification"),
        ({"path": "a.csv"}, ClassTable, "text_classification"),
        ({"path": "a.parquet", "image": "file"}, ClassTable, "image_classification"),
        ({"path": "a.csv", "labels": ["x", "y"]}, LabelTable, "text_multi_label_classification"),
        ({"path": "a.csv", "label_separator": "|"}, LabelTable, "text_multi_label_classification"),
        (
            {"path": "a.csv", "image": "file", "values": ["age"]},
            NumberTable,
            "image_regression",
        ),
        ({"path": "a.BIO"}, TaggedWords, "token_classification"),
        ({"path": "a.json"}, CocoFile, "object_detection"),
        ({"path": "voc"}, VocFolder, "object_detection"),
    ],
)
def test_the_path_and_what_is_said_choose_the_kind(values, kind, task, here):
    section = read_data_section(values, PLACE)
    assert type(section) is kind
    assert section.task == task


def test_the_task_chooses_how_a_table_is_read(here):
    task = "text_multi_label_classification"
    assert type(read_data_section({"path": "a.csv"}, PLACE, task=task)) is LabelTable
    with pytest.raises(ValueError, match="needs the columns with the numbers"):
        read_data_section({"path": "a.csv"}, PLACE, task="text_regression")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (
            {"path": "photos", "text": "review"},
            r"^text: A folder of images has no text, unlike a table of classes and .*'review'$",
        ),
        ({"path": "a.conll", "label": "x"}, "^label: A CoNLL file has no label"),
        (
            {"path": "a.csv", "images": "photos"},
            "^images: A table of classes has no images, unlike a COCO file",
        ),
        ({"path": "a.json", "imagse": "photos"}, "^imagse: Unknown setting .*'images'"),
        ({"path": "a.csv", "values": []}, "needs the columns with the numbers"),
        ({"path": 5}, "^path: must be a path"),
    ],
)
def test_what_does_not_fit_is_named(values, message, here):
    with pytest.raises(ValueError, match=message):
        read_data_section(values, PLACE)


def test_paths_are_relative_to_the_file_and_are_written_so(here):
    values = {"path": "a.json", "images": "photos", "test": "b.json"}
    section = read_data_section(values, PLACE, Path("data"))
    assert (section.path, section.images) == (Path("data/a.json"), Path("data/photos"))
    Path("data").mkdir()
    plain = section.plain(Path("data"))
    assert {name: plain[name] for name in values} == values
    assert read_data_section(plain, PLACE, Path("data")) == section


def test_other_examples_are_read_alike_but_keep_their_own_parts(here):
    own = read_data_section(
        {"path": "a.csv", "values": ["age"], "group": "who", "test_split": 0.2}, PLACE
    )
    other = read_alike(own, Path("b.csv"), {"text": "words"})
    assert type(other) is NumberTable
    assert (other.values, other.text, other.group, other.test_split) == (
        ("age",),
        "words",
        None,
        0.0,
    )
    assert read_alike(own, Path("photos"), {}) == ImageFolder(Path("photos"))
    with pytest.raises(ValueError, match="A folder of images has no text"):
        read_alike(own, Path("photos"), {"text": "words"})


def test_other_examples_may_be_written_in_another_way(here):
    path = here / "b.csv"
    path.write_bytes("text;label\ncafé;1\nthé;0\n;1\n".encode("latin-1"))
    how = {"encoding": "latin-1", "separator": ";", "on_error": "skip"}
    read = read_alike(ClassTable(here / "a.csv"), path, how).read()
    assert (len(read.train), len(read.skipped)) == (2, 1)


@pytest.mark.parametrize("path", ["photos", "a.csv", "a.json", "voc"])
def test_a_range_of_pixels_is_kept_and_read_for_other_examples(here, path):
    section = read_data_section({"path": path, "pixel_range": [0, 4095]}, PLACE)
    assert section.pixel_range == (0.0, 4095.0)
    assert section.plain(here)["pixel_range"] == [0.0, 4095.0]
    other = Path("other").with_suffix(section.path.suffix)
    if path != "voc":
        assert read_alike(section, other, {}).pixel_range == (0.0, 4095.0)
