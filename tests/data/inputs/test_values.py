import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import tensorflow as tf

from kerastl.data import arrays
from kerastl.data.inputs.kinds import column_names, describe
from kerastl.data.inputs.values import list_values, table_column
from tests.data.inputs.containers import CONTAINERS, TEXTS

LABELS = ["yes", "no", "yes"]


@pytest.mark.parametrize("container", CONTAINERS.values(), ids=CONTAINERS)
def test_labels_and_groups_in_every_container(container) -> None:
    data = arrays(TEXTS, container(LABELS), groups=container([1, 2, 3]))
    assert [data.class_names[label] for label in data.train.labels] == LABELS


@pytest.mark.parametrize("labels", [{0: "a", 1: "b", 2: "a"}, {"a", "b", "c"}, "aba", None, 3])
def test_labels_without_an_order_are_refused(labels) -> None:
    with pytest.raises(ValueError, match=r"`labels` must be a list.* Received: "):
        arrays(TEXTS, labels)


def test_missing_values_of_pandas_are_none() -> None:
    for dtype in ("Int64", "string", "boolean", object):
        values = [1, None] if dtype == "Int64" else [None, None]
        assert list_values(pd.Series(values, dtype=dtype), "labels")[1] is None
    with pytest.raises(ValueError, match=r"A label is missing.*example 1"):
        arrays(TEXTS, pd.Series([1, None, 2], dtype="Int64"))


def test_numbers_keep_their_type() -> None:
    assert list_values(tf.constant([3, 4], tf.uint8), "labels").dtype == np.uint8
    assert list_values(pd.DataFrame({5: [3, 4]}), "labels") == [3, 4]


def test_a_sequence_without_an_end_is_refused() -> None:
    class Batches:
        def __getitem__(self, index: int) -> int:
            return index

        def __len__(self) -> int:
            return 3

    with pytest.raises(ValueError, match=r"must be a list\. Received: a Batches"):
        list_values(Batches(), "inputs")


def test_columns_of_tables() -> None:
    for table in (pd.DataFrame({"a": [1], "b": [2]}), pa.table({"a": [1], "b": [2]})):
        assert column_names(table) == ["a", "b"]
        assert table_column(table, "b") == [2]
    for other in ({"columns": 1}, np.zeros((2, 2)), pd.Series([1]), pd.DataFrame, "columns"):
        assert column_names(other) is None
    with pytest.raises(ValueError, match="Two columns have the same name"):
        table_column(pd.DataFrame([[1, 2]], columns=["a", "a"]), "a")


def test_descriptions_are_short() -> None:
    wide = pd.DataFrame(np.zeros((1, 40)))
    for value in ("x" * 500, b"x" * 500, list(range(900)), wide, np.zeros((900, 9)), int):
        assert len(describe(value)) < 90
