from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kerastl.data.sources.table import csv
from tests.data.drawing import colourful, encode

ROWS = "text,label,who,part\n" + "".join(
    f'"text {i}, with a comma",{("no", "yes")[i % 2]},{i // 4},{("train", "Test")[i // 12]}\n'
    for i in range(16)
)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "table.csv"
    path.write_text(ROWS)
    return path


def test_texts_and_labels(table: Path) -> None:
    data = csv(table, text="text", label="label", validation_split=0.25)
    assert data.class_names == ("no", "yes")
    assert data.validation.class_counts() == {"no": 2, "yes": 2}
    assert "text 0, with a comma" in data.train.encoded() + data.validation.encoded()


def test_the_split_column_is_kept(table: Path) -> None:
    data = csv(table, text="text", label="label", split="part")
    assert data.test.encoded() == [f"text {i}, with a comma" for i in range(12, 16)]
    table.write_text(ROWS.replace("Test", "tets"))
    with pytest.raises(ValueError, match=r"Unknown split in the split column. Did you mean 'test'"):
        csv(table, text="text", label="label", split="part")


def test_the_group_column_is_not_divided(table: Path) -> None:
    data = csv(table, text="text", label="label", group="who", test_split=0.25)
    assert len({int(t.split()[1].strip(",")) // 4 for t in data.test.encoded()}) == 1


@pytest.mark.parametrize(
    ("name", "content", "options"),
    [
        ("t.tsv", "text\tlabel\na, b\t1\nc\t0\n", {}),
        ("t.csv", "text;label\na, b;1\nc;0\n", {"separator": ";"}),
        ("t.csv", '\ufefftext,label\n"a, b",1\nc,0\n', {}),
        ("t.csv", 'text,label\r\n"a, b",1\r\nc,0\r\n', {}),
    ],
)
def test_kinds_of_tables(tmp_path: Path, name: str, content: str, options) -> None:
    path = tmp_path / name
    path.write_bytes(content.encode())
    data = csv(path, text="text", label="label", **options)
    assert data.train.encoded() == ["a, b", "c"]
    assert data.train.labels.tolist() == [1, 0]


def test_words_that_pandas_reads_as_missing_are_texts(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text('text,label\nNA,null\nnull,None\n"two\x85lines\nthree",null\n')
    data = csv(path, text="text", label="label")
    assert data.train.encoded() == ["NA", "null", "two\x85lines\nthree"]
    assert data.class_names == ("None", "null")


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_another_encoding_is_named_by_byte_and_line(tmp_path: Path, bom: bytes) -> None:
    path = tmp_path / "t.csv"
    content = bom + "text,label\ngood ✓,1\n".encode() + b"caf\xe9,0\n"
    path.write_bytes(content)
    position = content.index(b"\xe9")
    with pytest.raises(ValueError, match=rf"byte {position} \(line 3\).*encoding=.*t.csv"):
        csv(path, text="text", label="label")
    path.write_bytes(b"text,label\ngood,1\ncaf\xe9,0\n")
    data = csv(path, text="text", label="label", encoding="latin-1")
    assert data.train.encoded() == ["good", "café"]


def test_a_bad_byte_far_into_a_large_file(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(b"text,label\n" + b"some text,1\n" * 100_000 + b"bad \xff,0\n")
    with pytest.raises(ValueError, match=r"byte 1200015 \(line 100002\)"):
        csv(path, text="text", label="label")


@pytest.mark.parametrize(
    ("content", "options", "message"),
    [
        (ROWS, {"text": "txt", "label": "label"}, "Unknown column. Did you mean 'text'.*table.csv"),
        (ROWS, {"text": "text", "label": "zzz"}, "Known: label, part, text, who.*'zzz'"),
        (ROWS, {"text": "text", "label": "label", "encoding": "utf-9"}, "Unknown encoding"),
        (ROWS, {"label": "label"}, "either `text` or `image`"),
        (ROWS, {"text": "text", "image": "text", "label": "label"}, "either `text` or `image`"),
        ("", {"text": "text", "label": "label"}, "The file is empty. Received"),
        ("text,label\n", {"text": "text", "label": "label"}, "There are no examples"),
        ("text,label\na,1\n,0\n", {"text": "text", "label": "label"}, "1 texts are empty.*line 3"),
        ("text,label\na,1\nb,\n", {"text": "text", "label": "label"}, "label is missing.*line 3"),
        (
            "text,label\na,1\nb,2,3,4\n",
            {"text": "text", "label": "label"},
            "Line 3 has 4 cells.*header has 2.*table.csv",
        ),
        ("text,label\na,1\nb\n", {"text": "text", "label": "label"}, "Line 3 has 1 cells"),
        ('text,label\n"a,1\nb,2\n', {"text": "text", "label": "label"}, "Line 3: unexpected end"),
        (
            'text,label\n"a" b,2\n',
            {"text": "text", "label": "label"},
            "Line 2: .*Double a quotation",
        ),
        ("text,label\na,Yes\nb,yes\n", {"text": "text", "label": "label"}, "'Yes' and 'yes'"),
    ],
)
def test_tables_that_cannot_be_used(table: Path, content: str, options, message) -> None:
    table.write_text(content)
    with pytest.raises(ValueError, match=message):
        csv(table, **options)


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"There is no such file. Received: .*missing.csv"):
        csv(tmp_path / "missing.csv", text="text", label="label")


def image_rows(folder: Path) -> pd.DataFrame:
    for i in range(4):
        (folder / f"{i}.png").write_bytes(encode(colourful(seed=i), "PNG"))
    return pd.DataFrame({"file": [f"{i}.png" for i in range(4)], "label": [0, 1, 0, 1]})


def check_images(data) -> None:
    pixels, labels = next(data.train.pixels((48, 64)).as_numpy_iterator())
    expected = np.stack([np.asarray(colourful(seed=i)) for i in range(4)])
    np.testing.assert_array_equal(pixels, expected)
    assert labels.tolist() == [0, 1, 0, 1]


def test_image_paths_are_relative_to_the_table(tmp_path: Path) -> None:
    frame = image_rows(tmp_path)
    frame.to_csv(tmp_path / "t.csv", index=False)
    check_images(csv(tmp_path / "t.csv", image="file", label="label"))
    frame.loc[4] = ["", 1]
    frame.loc[5] = ["nowhere.png", 1]
    frame.to_csv(tmp_path / "t.csv", index=False)
    with pytest.raises(ValueError, match=r"2 of 6 images cannot be used"):
        csv(tmp_path / "t.csv", image="file", label="label")
    data = csv(tmp_path / "t.csv", image="file", label="label", on_error="skip")
    check_images(data)
    assert len(data.skipped) == 2


@pytest.mark.parametrize("form", ["paths", "bytes", "dicts"])
def test_images_in_parquet(tmp_path: Path, form: str) -> None:
    frame = image_rows(tmp_path)
    if form != "paths":
        frame["file"] = [(tmp_path / name).read_bytes() for name in frame["file"]]
    if form == "dicts":
        frame["file"] = [{"bytes": content, "path": None} for content in frame["file"]]
    frame.to_parquet(tmp_path / "t.parquet")
    check_images(csv(tmp_path / "t.parquet", image="file", label="label"))


def test_a_bad_image_in_parquet_is_named_by_row(tmp_path: Path) -> None:
    frame = image_rows(tmp_path)
    frame["file"] = [(tmp_path / name).read_bytes() for name in frame["file"]]
    frame.loc[4] = [b"words", 1]
    frame.loc[5] = [None, 1]
    frame.to_parquet(tmp_path / "t.parquet")
    with pytest.raises(ValueError, match=r"t.parquet row 4: not an image") as error:
        csv(tmp_path / "t.parquet", image="file", label="label")
    assert "t.parquet row 5: the file is empty" in str(error.value)
    check_images(csv(tmp_path / "t.parquet", image="file", label="label", on_error="skip"))


def test_texts_in_parquet(tmp_path: Path) -> None:
    frame = pd.DataFrame({"t": ["a", "b"], "y": [True, False]})
    frame.to_parquet(tmp_path / "t.parquet")
    assert csv(tmp_path / "t.parquet", text="t", label="y").class_names == ("False", "True")
    with pytest.raises(ValueError, match=r"Unknown column"):
        csv(tmp_path / "t.parquet", text="x", label="y")
    frame.loc[0, "t"] = None
    frame.to_parquet(tmp_path / "t.parquet")
    with pytest.raises(ValueError, match=r"1 texts are empty"):
        csv(tmp_path / "t.parquet", text="t", label="y")
    (tmp_path / "t.parquet").write_text("words")
    with pytest.raises(ValueError, match=r"is damaged: it cannot be read as Parquet"):
        csv(tmp_path / "t.parquet", text="t", label="y")


@pytest.mark.parametrize(
    ("cells", "class_names", "labels"),
    [
        ("no yes no yes", ["yes", "no"], [1, 0, 1, 0]),
        ("0 1 0 1", ["no", "yes"], [0, 1, 0, 1]),
        ("0 1 0 1", {0: "no", 1: "yes"}, [0, 1, 0, 1]),
        ("3 1 3 1", ["1", "2", "3"], [2, 0, 2, 0]),
    ],
)
def test_listed_classes(tmp_path: Path, cells, class_names, labels) -> None:
    path = tmp_path / "t.csv"
    path.write_text("t,y\n" + "".join(f"text {i},{c}\n" for i, c in enumerate(cells.split())))
    data = csv(path, text="t", label="y", class_names=class_names)
    assert data.train.labels.tolist() == labels


def test_a_number_in_a_csv_file_that_can_be_a_name_or_a_position(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("t,y\na,1\nb,2\n")
    with pytest.raises(ValueError, match="as names of classes and as positions"):
        csv(path, text="t", label="y", class_names=["1", "2", "3"])
    # Parquet stores the type.
    for labels, expected in (([1, 2], [1, 2]), (["1", "2"], [0, 1])):
        pd.DataFrame({"t": ["a", "b"], "y": labels}).to_parquet(tmp_path / "t.parquet")
        data = csv(tmp_path / "t.parquet", text="t", label="y", class_names=["1", "2", "3"])
        assert data.train.labels.tolist() == expected
