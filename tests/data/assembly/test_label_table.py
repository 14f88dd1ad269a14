import numpy as np
import pandas as pd
import pytest

import kerastl as ktl

TEXTS = ["late goal", "heavy rain", "rain stops play", "a quiet day"]
TABLE = [[1, 0], [0, 1], [1, 1], [0, 0]]
NAMES = ["sport", "weather"]


@pytest.mark.parametrize(
    ("labels", "class_names"),
    [
        (TABLE, NAMES),
        ([tuple(map(bool, row)) for row in TABLE], NAMES),
        ([list(map(str, row)) for row in TABLE], NAMES),
        (np.array(TABLE, float), NAMES),
        (list(np.array(TABLE)), NAMES),
        (pd.DataFrame(TABLE, columns=NAMES), None),
        # Integers in lists of several lengths are positions.
        ([[0], [1], [0, 1], []], NAMES),
        ([[0], [1], [0, 1], []], {0: "sport", 1: "weather"}),
        ([["sport"], ["weather"], NAMES, []], NAMES),
    ],
)
def test_tables_and_lists_mean_the_same(labels, class_names) -> None:
    data = ktl.data.multi_label(TEXTS, labels, class_names=class_names)
    assert data.class_names == tuple(NAMES)
    assert data.train.labels.tolist() == TABLE


@pytest.mark.parametrize(
    ("labels", "class_names", "message"),
    [
        (TABLE, None, r"needs `class_names`.* Received: \[1, 0\] for the first example"),
        ([["a"], [1], ["b"], []], None, "one type.* 'a' .* example 0 and 1 .* for example 1"),
        ([[0], [2], [1], []], NAMES, "positions .* Received: 2 for example 1"),
        ([["a"], ["b"], [], []], ["a", "b", "a"], "must not repeat a name"),
        ([["a\n"], ["b"], [], []], None, "control characters"),
        ({0: ["a"], 1: ["b"], 2: [], 3: []}, None, "."),
    ],
)
def test_labels_that_are_refused(labels, class_names, message) -> None:
    with pytest.raises(ValueError, match=message):
        ktl.data.multi_label(TEXTS, labels, class_names=class_names)
