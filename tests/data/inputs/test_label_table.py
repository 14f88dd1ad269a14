import numpy as np
import pandas as pd
import pytest
import tensorflow as tf
from scipy.sparse import csr_array

from kerastl.data import multi_label, numbers

TEXTS = ["rain stops play", "late goal", "snow"]
TABLE = [[0, 1], [1, 1], [1, 0]]
NAMES = ["sport", "weather"]

TABLES = {
    "lists": TABLE,
    "tuples": tuple(map(tuple, TABLE)),
    "booleans": [[bool(value) for value in row] for row in TABLE],
    "floats": [[float(value) for value in row] for row in TABLE],
    "strings": [[str(value) for value in row] for row in TABLE],
    "array": np.array(TABLE),
    "tensor": tf.constant(TABLE),
    "list of arrays": list(np.array(TABLE)),
    "list of tensors": list(tf.constant(TABLE)),
    "sparse": csr_array(np.array(TABLE)),
    "Series of lists": pd.Series(TABLE),
    "DataFrame": pd.DataFrame(TABLE),
}


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_a_table_of_zeros_and_ones(table) -> None:
    data = multi_label(TEXTS, table, class_names=NAMES)
    assert (data.class_names, data.train.labels.tolist()) == (tuple(NAMES), TABLE)


@pytest.mark.parametrize("kind", sorted(TABLES.keys() - {"DataFrame"}))
def test_a_table_without_names_is_refused(kind: str) -> None:
    with pytest.raises(ValueError, match=r"needs `class_names`.* Received: shape \(3, 2\)"):
        multi_label(TEXTS, TABLES[kind])


def test_the_columns_of_a_data_frame_are_names() -> None:
    table = pd.DataFrame(TABLE, columns=NAMES)
    data = multi_label(TEXTS, table)
    assert (data.class_names, data.train.labels.tolist()) == (tuple(NAMES), TABLE)
    assert numbers(TEXTS, table).target_names == tuple(NAMES)


@pytest.mark.parametrize(
    ("labels", "names"),
    [
        ([[0, 1], [1], [2]], ("0", "1", "2")),
        ([["0", "1"], ["1"], []], ("0", "1")),
        ([{"b", "a"}, {"a"}, set()], ("a", "b")),
        (pd.DataFrame({"tags": [["a"], ["b"], []]}), ("a", "b")),
        ([np.array(["a"]), pd.Series(["b"]), tf.constant(["a", "b"])], ("a", "b")),
    ],
)
def test_lists_of_labels_are_no_table(labels, names) -> None:
    assert multi_label(TEXTS, labels).class_names == names


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        ([{"a": 1, "b": 0}] * 3, "not read as its keys.* for example 0"),
        ({"a": [1, 0, 1]}, "not read as its keys"),
        (["a", "b", "a"], "needs a list of labels"),
        (None, "Received: None"),
    ],
)
def test_labels_that_cannot_be_read(labels, said) -> None:
    with pytest.raises(ValueError, match=said):
        multi_label(TEXTS, labels)
