"""Contract: every reader of files has the same options, and treats the same input alike."""

import inspect
import re
from pathlib import Path

import pandas as pd
import pytest

from kerastl import data as readers
from tests.data.drawing import colourful, encode

PNG = encode(colourful(), "PNG")
OF_TABLES = (
    (readers.csv, {"label": "y"}),
    (readers.csv_multi_label, {"label": "y"}),
    (readers.csv_numbers, {"values": "y"}),
    (readers.unlabelled, {}),
)
every_table = pytest.mark.parametrize(("read", "labels"), OF_TABLES, ids=lambda x: str(x)[:20])


def inputs_of(made) -> list:
    split = getattr(made, "train", made)
    return [split.inputs[i] for i in range(len(split))]


@pytest.fixture
def table(tmp_path: Path):
    for name in ("1", "my 2"):
        (tmp_path / f"{name}.PNG").write_bytes(PNG)

    def write(content: str, name: str = "t.csv", encoding: str = "utf-8") -> Path:
        (tmp_path / name).write_bytes(content.encode(encoding))
        return tmp_path / name

    return write


@pytest.mark.parametrize(
    ("reader", "options"),
    [
        ("image_folder", {"on_error"}),
        ("csv", {"on_error", "encoding", "separator"}),
        ("csv_multi_label", {"on_error", "encoding", "separator"}),
        ("csv_numbers", {"on_error", "encoding", "separator"}),
        ("unlabelled", {"on_error", "encoding", "separator"}),
        ("coco", {"on_error"}),
        ("pascal_voc", {"on_error"}),
        ("conll", {"on_error", "encoding"}),
        ("huggingface", {"on_error"}),
        ("tfds", {"on_error"}),
    ],
)
def test_every_reader_has_the_options(reader: str, options: set[str], tmp_path: Path) -> None:
    parameters = inspect.signature(getattr(readers, reader)).parameters
    assert options <= set(parameters)
    assert parameters["on_error"].default == "raise"
    needed = [name for name, each in parameters.items() if each.default is each.empty]
    given = {name: "y" if name in ("label", "values") else tmp_path for name in needed}
    given |= {"label": "y"} if reader == "csv_multi_label" else {}
    with pytest.raises(ValueError, match="`on_error` must be"):
        getattr(readers, reader)(**given, on_error="ignore")


@every_table
def test_encodings_and_separators(read, labels, table) -> None:
    content = "x;y\ncafé;1\nthé, noir;2\n"
    expected = ["café", "thé, noir"]
    for encoding in ("utf-8", "utf-8-sig", "cp1252", "utf-16"):
        path = table(content, encoding=encoding)
        assert inputs_of(read(path, text="x", **labels, encoding=encoding)) == expected
    path = table(content)
    for separator in (None, ";"):
        assert inputs_of(read(path, text="x", **labels, separator=separator)) == expected
    path = table(content.replace(";", "\t"))
    for separator in (None, "\t", "\\t"):
        assert inputs_of(read(path, text="x", **labels, separator=separator)) == expected


@every_table
@pytest.mark.parametrize(
    ("content", "options", "message"),
    [
        ("x;y\né;1\n", {}, 'byte 4 .line 2. is invalid. Pass its encoding, such as `encoding="cp1'),
        ("x,y\na,1\n", {"encoding": "utf-9"}, "Unknown encoding.*encoding='utf-9'"),
        ("x,y\na,1\n", {"encoding": None}, "Unknown encoding.*encoding=None"),
        ("x,y\na,1\n", {"separator": "||"}, "`separator` must be one char.*separator='|"),
        ("x,y\na,1\n", {"separator": '"'}, "`separator` must be one char.*separator='\"'"),
        ("x,y\na,1\n", {"separator": ";"}, "has no ';' and no column 'x': pass the char.*'x,y'"),
        ("x,x,y\na,b,1\n", {}, "Two columns have this name.*'x'"),
        ("x,y\n", {}, "There are no examples"),
        ("", {}, "The file is empty"),
        ("x,y\na,1\n ,2\n", {}, "1 texts are empty.*line 3"),
    ],
)
def test_what_cannot_be_read(read, labels, content, options, message, table) -> None:
    path = table(content, encoding="latin-1")
    with pytest.raises(ValueError, match=f"(?s){message}") as caught:
        read(path, text="x", **labels, **options)
    assert "Received: " in str(caught.value)
    assert_names_options_of(read, caught.value)


@every_table
def test_empty_texts_are_left_out_and_listed(read, labels, table) -> None:
    made = read(table("x,y\na,1\n ,2\n,3\nb,4\n"), text="x", **labels, on_error="skip")
    assert inputs_of(made) == ["a", "b"]
    assert made.skipped == [
        ("t.csv line 3", "the text is empty"),
        ("t.csv line 4", "the text is empty"),
    ]
    frame = pd.DataFrame({"x": ["a", None, "b"], "y": ["1", "2", "3"]})
    path = table("", "t.parquet")
    frame.to_parquet(path)
    made = read(path, text="x", **labels, on_error="skip")
    assert inputs_of(made) == ["a", "b"]
    assert made.skipped == [("t.parquet row 1", "the text is empty")]


@every_table
def test_rows_with_other_numbers_of_cells(read, labels, table) -> None:
    path = table("x,y\na,1\nb,2,3\nc\nd,4\n")
    with pytest.raises(ValueError, match=r'Line 3 has 3 cells.*`on_error="skip"`'):
        read(path, text="x", **labels)
    made = read(path, text="x", **labels, on_error="skip")
    assert inputs_of(made) == ["a", "d"]
    assert made.skipped[0] == ("t.csv line 3", "3 cells, but the header has 2")
    assert len(made.skipped) == 2


@every_table
def test_a_file_that_is_no_text(read, labels, table, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(b"PK\x03\x04\xff\xff")
    with pytest.raises(ValueError, match=r"Excel workbook or a zip archive.*Received: .*t.csv"):
        read(tmp_path / "t.csv", text="x", **labels)


def test_missing_labels_are_left_out_and_listed(table) -> None:
    path = table("x,y,z\na,1,1\nb,,2\nc,3,\nd,4,4\n")
    made = readers.csv(path, text="x", label="y", on_error="skip")
    assert made.skipped == [("t.csv line 3", "the value of 'y' is missing")]
    made = readers.csv_numbers(path, text="x", values=["y", "z"], on_error="skip")
    assert inputs_of(made) == ["a", "d"]
    # An empty list of labels is an answer.
    made = readers.csv_multi_label(path, text="x", label="y", on_error="skip")
    assert len(made.train) == 4
    with pytest.raises(ValueError, match=r"Every example is left out.*line 2"):
        readers.csv(table("x,y\na,\nb,\n"), text="x", label="y", on_error="skip")


@every_table
def test_paths_of_images(read, labels, table, tmp_path: Path) -> None:
    path = table("x,y\n1.png,1\nmy 2,2\n./1.PNG,3\n")
    names = [Path(each).name for each in inputs_of(read(path, image="x", **labels))]
    assert names == ["1.PNG", "my 2.PNG", "1.PNG"]
    path = table("x,y\n1.png,1\nnowhere.png,2\n,3\nmy 2,4\n")
    with pytest.raises(ValueError, match=r"2 of 4 images cannot be used") as caught:
        read(path, image="x", **labels)
    assert "nowhere.png: there is no such file" in str(caught.value)
    assert "t.csv line 4: the cell with the path is empty" in str(caught.value)
    assert_names_options_of(read, caught.value)
    made = read(path, image="x", **labels, on_error="skip")
    assert len(inputs_of(made)) == len(made.skipped) == 2


@pytest.mark.parametrize("form", ["paths", "bytes", "dicts"])
def test_images_in_parquet_without_labels(table, tmp_path: Path, form: str) -> None:
    values = {"paths": ["1.png"], "bytes": [PNG], "dicts": [{"bytes": PNG, "path": None}]}[form]
    path = table("", "t.parquet")
    pd.DataFrame({"x": values * 2}).to_parquet(path)
    assert len(readers.unlabelled(path, image="x")) == 2


def test_a_column_may_have_two_roles(table) -> None:
    made = readers.csv(table("x,y\na,1\nb,2\nc,1\nd,2\n"), text="x", label="y", group="y")
    assert made.train.class_counts() == {"1": 2, "2": 2}


def test_examples_in_memory_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "1.png").write_bytes(PNG)
    (tmp_path / "2.png").write_bytes(b"words")
    paths = [tmp_path / "1.png", tmp_path / "2.png"]
    for inputs in (tmp_path, paths, [PNG, b"words"]):
        with pytest.raises(ValueError, match=r'(?s)1 of 2 images.*on_error="skip"') as caught:
            readers.unlabelled(inputs)
        assert_names_options_of(readers.unlabelled, caught.value)
        made = readers.unlabelled(inputs, on_error="skip")
        assert (len(made), len(made.skipped)) == (1, 1)
    with pytest.raises(ValueError, match=r"1 texts are empty.*example 1"):
        readers.unlabelled(["a", ""])
    assert readers.unlabelled(["a", ""], on_error="skip").skipped[0][1] == "the text is empty"
    for read in (readers.arrays, readers.Split.from_raw):
        with pytest.raises(ValueError, match=r"(?s)1 of 2 images.*Repair or remove them\. Rec"):
            read([str(path) for path in paths], ["a", "b"] if read is readers.arrays else "image")


def assert_names_options_of(read, error: ValueError) -> None:
    """Every `name=value` that an error advises is an option of the function."""
    advice = str(error).partition("Received:")[0]
    advised = re.findall(r"`(\w+)=", advice)
    assert set(advised) <= set(inspect.signature(read).parameters)
