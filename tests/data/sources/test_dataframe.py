from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from kerastl.data import csv, dataframe
from tests.data.drawing import colourful, encode

TABLE = pd.DataFrame(
    {
        "review": ["good", "bad", "fine", "poor", "well", "worse"],
        "stars": [5, 1, 5, 1, 5, 1],
        "person": ["a", "b", "a", "b", "c", "d"],
        "part": ["train", "Training", "val", "dev", "test", "test"],
    },
    index=range(10, 16),
)
FORMS = {
    "pandas": lambda table: table,
    "pyarrow": pa.Table.from_pandas,
    "structured array": lambda table: table.to_records(index=False),
    "pandas of Arrow types": lambda table: table.convert_dtypes(dtype_backend="pyarrow"),
}


@pytest.mark.parametrize(
    "options", [{"split": "part"}, {"validation_split": 0.3, "group": "person"}, {}], ids=str
)
@pytest.mark.parametrize("convert", FORMS.values(), ids=FORMS)
def test_a_table_in_memory_is_read_as_its_file(convert, options, tmp_path: Path) -> None:
    TABLE.to_csv(tmp_path / "t.csv", index=False)
    read = dataframe(convert(TABLE), text="review", label="stars", **options)
    expected = csv(tmp_path / "t.csv", text="review", label="stars", **options)
    assert read.class_names == expected.class_names
    assert read.grouped == expected.grouped
    assert read.splits.keys() == expected.splits.keys()
    for name, split in read.splits.items():
        assert list(split.inputs) == list(expected.splits[name].inputs)
        np.testing.assert_array_equal(split.labels, expected.splits[name].labels)


@pytest.mark.parametrize("form", ["paths", "Paths", "bytes", "dicts", "Pillow", "arrays"])
def test_images_of_every_form(form: str, tmp_path: Path) -> None:
    names = [f"{i}.png" for i in range(4)]
    for i, name in enumerate(names):
        colourful(seed=i).save(tmp_path / name)
    cells = {
        "paths": names,
        "Paths": list(map(Path, names)),
        "bytes": [encode(colourful(seed=i), "PNG") for i in range(4)],
        "dicts": [{"bytes": None, "path": name} for name in names],
        "Pillow": [colourful(seed=i) for i in range(4)],
        "arrays": [np.asarray(colourful(seed=i)) for i in range(4)],
    }[form]
    table = pd.DataFrame({"photo": cells, "kind": list("abab")})
    data = dataframe(table, image="photo", label="kind", folder=tmp_path)
    pixels, labels = next(data.train.pixels((48, 64)).as_numpy_iterator())
    np.testing.assert_array_equal(pixels[3], np.asarray(colourful(seed=3)))
    assert labels.tolist() == [0, 1, 0, 1]


@pytest.mark.parametrize("missing", [None, float("nan"), "", pd.NA])
def test_missing_cells_are_named_by_row(missing, tmp_path: Path) -> None:
    table = TABLE.astype(object)
    for column, said in (("review", "texts are empty"), ("stars", "A label is missing")):
        holed = table.copy()
        holed.loc[11, column] = missing
        with pytest.raises(ValueError, match=f"{said}.* row 1"):
            dataframe(holed, text="review", label="stars")
    names = ["0.png", "1.png", "2.png", missing]
    for i in range(3):
        colourful(seed=i).save(tmp_path / f"{i}.png")
    photos = pd.DataFrame({"photo": names, "kind": list("abab")}).astype(object)
    with pytest.raises(ValueError, match=r"An image is missing.* row 3"):
        dataframe(photos, image="photo", label="kind", folder=tmp_path)
    data = dataframe(photos, image="photo", label="kind", folder=tmp_path, on_error="skip")
    assert (len(data.train), data.skipped) == (3, [("row 3", "the image is missing")])


def test_columns_may_be_numbers() -> None:
    data = dataframe(pd.DataFrame([["good", 2], ["bad", 1]]), text=0, label=1)
    assert data.class_names == ("1", "2")


@pytest.mark.parametrize(
    ("table", "options", "said"),
    [
        (TABLE, {"text": "reviw", "label": "stars"}, "Did you mean 'review'"),
        (
            TABLE,
            {"text": "review", "label": "stars", "split": "person"},
            "split in the split column",
        ),
        (TABLE, {"label": "stars"}, "either `text` or `image`"),
        (TABLE, {"text": "review", "image": "review", "label": "stars"}, "either `text` or"),
        ({"review": ["a"]}, {"text": "review", "label": "review"}, "must be a table"),
        ([["a", 1]], {"text": "review", "label": "stars"}, "must be a table"),
        ("t.csv", {"text": "review", "label": "stars"}, "kerastl.data.csv.* Received: 't.csv'"),
        (TABLE["review"], {"text": "review", "label": "stars"}, "must be a table"),
    ],
)
def test_tables_that_cannot_be_read(table, options, said) -> None:
    with pytest.raises(ValueError, match=f"(?s){said}.*"):
        dataframe(table, **options)
