import pytest
from flatbuffers import number_types

from kerastl.artifacts.metadata.flat_tables import (
    Floats,
    Many,
    Number,
    One,
    Table,
    Text,
    Union,
    read_root,
    write_root,
)

POINT = Table(x=Number(number_types.Int32Flags), hidden=None, label=Text())
SHAPE = Table(
    name=Text(),
    kind=Union(Circle=Table(centre=One(POINT)), Spline=None, Path=Table(points=Many(POINT))),
    weights=Floats(),
)
PATH = {"Path": {"points": [{"x": -7, "label": "ü"}, {"x": 2}, {}]}}


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"name": "a"},
        {"name": "", "weights": []},
        {"weights": [0.5, -2.0], "kind": PATH},
        {"kind": {"Circle": {"centre": {"label": "x" * 300}}}, "name": "b"},
    ],
)
def test_what_is_written_is_read(values):
    assert read_root(SHAPE, write_root(SHAPE, values, b"TEST")) == values


def test_a_longer_schema_reads_a_shorter_ones_file_and_the_reverse():
    later = Table(name=Text(), kind=None, kind_value=None, weights=Floats(), more=Text())
    content = write_root(later, {"name": "a", "weights": [1.0], "more": "new"}, b"TEST")
    assert content[4:8] == b"TEST"
    assert read_root(SHAPE, content) == {"name": "a", "weights": [1.0]}
    assert read_root(later, write_root(SHAPE, {"name": "a"}, b"TEST")) == {"name": "a"}


def test_a_union_of_a_type_that_is_not_read_is_named_or_left_out():
    full = Table(
        name=Text(),
        kind=Union(Circle=Table(), Spline=Table(label=Text()), Path=Table(), Fourth=Table()),
    )
    spline = write_root(full, {"kind": {"Spline": {"label": "s"}}}, b"TEST")
    assert read_root(SHAPE, spline) == {"kind": {"Spline": {}}}
    assert read_root(SHAPE, write_root(full, {"kind": {"Fourth": {}}}, b"TEST")) == {}


def test_an_unknown_field_is_an_error():
    with pytest.raises(KeyError, match="colour"):
        write_root(SHAPE, {"colour": "red"}, b"TEST")
