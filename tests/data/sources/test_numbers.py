import numpy as np
import pytest

import kerastl as ktl

TEXTS = [f"text {i}" for i in range(30)]


def test_one_target_and_several():
    one = ktl.data.numbers(TEXTS, np.arange(30))
    assert one.target_names == ("value",)
    assert one.train.labels.shape == (30, 1)
    two = ktl.data.numbers(TEXTS, np.arange(60).reshape(30, 2), target_names=["price", "age"])
    assert two.target_names == two.train.target_names == ("price", "age")
    assert two.train.labels.dtype == np.float32


def test_the_summary_shows_range_and_spread():
    summary = ktl.data.numbers(["a", "b", "c"], [1, 2, 6], target_names="stars").summary()
    rows = {line.rsplit(maxsplit=1)[0]: line.split()[-1] for line in summary.splitlines()[2:]}
    assert rows == {
        "stars, mean": "3",
        "stars, standard deviation": "2.16",
        "stars, minimum": "1",
        "stars, maximum": "6",
        "total": "3",
    }


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), None, "many", 1e300])
def test_a_value_that_is_not_a_finite_number_is_refused_by_its_row(bad):
    values = [*map(float, range(29)), bad]
    with pytest.raises(ValueError, match=r"value='.*' for example 29"):
        ktl.data.numbers(TEXTS, np.array(values, object))


def test_a_target_that_never_changes_is_refused():
    values = np.stack([np.arange(30), np.full(30, 7)], axis=1)
    with pytest.raises(ValueError, match="'flat', always 7"):
        ktl.data.numbers(TEXTS, values, target_names=["price", "flat"])


def test_a_single_example_is_refused():
    with pytest.raises(ValueError, match="needs two examples or more"):
        ktl.data.numbers(["a"], [1.0])


def test_names_fit_the_columns():
    with pytest.raises(ValueError, match="30 columns and target_names="):
        ktl.data.numbers(["a"], [np.arange(30)], target_names="price")
    with pytest.raises(ValueError, match="a name of its own"):
        ktl.data.numbers(TEXTS, np.arange(60).reshape(30, 2), target_names=["price", "price"])


def test_a_table_has_one_column_or_several(tmp_path):
    table = tmp_path / "reviews.csv"
    table.write_text("text,stars,votes\nfine,4,10\nsuperb,5,2\ndull,1,x\n")
    data = ktl.data.csv_numbers(table, text="text", values="stars")
    np.testing.assert_array_equal(data.train.labels, [[4], [5], [1]])
    with pytest.raises(ValueError, match=r"votes='x' for reviews.csv line 4"):
        ktl.data.csv_numbers(table, text="text", values=["stars", "votes"])


def test_held_out_parts_span_the_range():
    data = ktl.data.numbers(TEXTS, np.arange(30) ** 2, validation_split=0.2, test_split=0.2)
    for split in data.splits.values():
        assert split.labels.min() < 100
        assert split.labels.max() > 300
