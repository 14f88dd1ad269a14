import numpy as np
import pytest

import kerastl as ktl

TEXTS = ["late goal", "heavy rain", "rain stops play", "a quiet day"]
LISTS = [["sport"], ["weather"], ["sport", "weather"], []]


def test_lists_and_a_table_of_0_and_1_are_the_same():
    lists = ktl.data.multi_label(TEXTS, LISTS)
    table = np.array([[1, 0], [0, 1], [1, 1], [0, 0]])
    same = ktl.data.multi_label(TEXTS, table, class_names=["sport", "weather"])
    assert lists.class_names == same.class_names == ("sport", "weather")
    np.testing.assert_array_equal(lists.train.labels, table)
    np.testing.assert_array_equal(same.train.labels, table)


def test_the_summary_counts_labels_and_examples_without_any():
    summary = ktl.data.multi_label(TEXTS, LISTS).summary()
    rows = {line.rsplit(maxsplit=1)[0]: line.split()[-1] for line in summary.splitlines()[2:]}
    assert rows["sport"] == "2"
    assert rows["(no label)"] == "1"
    assert rows["(labels an example)"] == "1.00"
    assert rows["total"] == "4"


@pytest.mark.parametrize(
    ("labels", "options", "error"),
    [
        ([["a"], ["b"], "c", []], {}, "list of labels, which may be empty.*'c' for example 2"),
        ([["a"], ["b"], [None], []], {}, "missing.*example 2"),
        (
            [["a"], ["a"], ["a"], []],
            {"class_names": ["a", "b"]},
            "Every label needs .*example with 'b'",
        ),
        ([[], [], [], []], {}, "No training example has a label"),
        ([["a"], ["A"], ["b"], []], {}, "differ only in upper and lower case"),
        ([["a"], ["b"], ["c"], []], {"class_names": ["a", "b"]}, "'c'.*example 2"),
        (np.array([[1, 0]] * 4), {}, "needs `class_names`"),
        (np.array([[1, 0]] * 3 + [[2, 0]]), {"class_names": ["a", "b"]}, "a='2' for example 3"),
    ],
)
def test_labels_that_cannot_be_used_are_refused(labels, options, error):
    with pytest.raises(ValueError, match=f"(?s){error}"):
        ktl.data.multi_label(TEXTS, labels, **options)


def test_a_single_example_is_refused():
    with pytest.raises(ValueError, match="needs two examples or more"):
        ktl.data.multi_label(["late goal"], [["sport"]])


def test_a_label_that_only_a_held_out_part_has_is_refused(tmp_path):
    table = tmp_path / "news.csv"
    table.write_text("text,topics,part\na,x,train\nb,y;x,train\nc,z,test\n")
    with pytest.raises(ValueError, match=r"(?s)label of the test split.*'z' for news.csv line 4"):
        ktl.data.csv_multi_label(table, text="text", label="topics", split="part")


def test_a_table_lists_labels_in_one_column_or_has_a_column_for_each(tmp_path):
    listed, columns = tmp_path / "listed.csv", tmp_path / "columns.csv"
    listed.write_text("text,topics\nlate goal,sport\nrain stops play,sport; weather\ndull,\n")
    columns.write_text("text,sport,weather\nlate goal,1,0\nrain stops play,1,1\ndull,0,0\n")
    one = ktl.data.csv_multi_label(listed, text="text", label="topics")
    other = ktl.data.csv_multi_label(columns, text="text", labels=["sport", "weather"])
    assert one.class_names == other.class_names
    np.testing.assert_array_equal(one.train.labels, [[1, 0], [1, 1], [0, 0]])
    np.testing.assert_array_equal(other.train.labels, one.train.labels)
    with pytest.raises(ValueError, match="Pass a column of lists"):
        ktl.data.csv_multi_label(listed, text="text", label="topics", labels=["a"])


def test_groups_stay_whole():
    texts = [f"text {i}" for i in range(40)]
    labels = [["a"] if i % 3 else ["a", "b"] for i in range(40)]
    groups = [i // 4 for i in range(40)]
    data = ktl.data.multi_label(texts, labels, groups=groups, validation_split=0.3)
    of = dict(zip(texts, groups, strict=True))
    sides = [{of[text] for text in split.inputs} for split in data.splits.values()]
    assert not sides[0] & sides[1]
    assert len(sides[1]) == 3


def test_a_table_with_listed_labels(tmp_path):
    table = tmp_path / "news.csv"
    table.write_text("text,topics\na,0\nb,0;1\nc,\n")
    read = ktl.data.csv_multi_label
    data = read(table, text="text", label="topics", class_names=["sport", "weather"])
    assert data.class_names == ("sport", "weather")
    assert data.train.labels.tolist() == [[1, 0], [1, 1], [0, 0]]
    with pytest.raises(ValueError, match="leave `class_names` out"):
        read(table, text="text", labels=["topics"], class_names=["sport", "weather"])


def test_columns_whose_names_are_numbers(tmp_path):
    table = tmp_path / "topics.csv"
    table.write_text("text,1,0\na,1,0\nb,0,1\nc,1,0\n")
    data = ktl.data.csv_multi_label(table, text="text", labels=["1", "0"])
    assert data.class_names == ("1", "0")
    assert data.train.labels.tolist() == [[1, 0], [0, 1], [1, 0]]


@pytest.mark.parametrize(
    ("labels", "class_names"),
    [
        ([[0], [1], [0, 1], []], ["sport", "weather"]),  # integers are positions
        ([[0.0], [np.int8(1)], [0, 1], []], {0: "sport", 1: "weather"}),
        (LISTS, {"sport": 0, "weather": 1}),
        (np.array([[1, 0], [0, 1], [1, 1], [0, 0]]), {0: "sport", 1: "weather"}),
        ([[3], [5], [3, 5], []], np.array([3, 5])),
    ],
)
def test_the_type_of_a_label_decides_what_it_means(labels, class_names):
    data = ktl.data.multi_label(TEXTS, labels, class_names=class_names)
    assert data.class_names in (("sport", "weather"), ("3", "5"))
    assert data.train.labels.tolist() == [[1, 0], [0, 1], [1, 1], [0, 0]]


@pytest.mark.parametrize(
    ("labels", "options", "error"),
    [
        ([["a"], [1], ["b"], []], {}, "one type.* 'a' .* example 0 and 1 .* for example 1"),
        ([[0], [2], [1], []], {"class_names": ["a", "b"]}, "positions .* Received: 2 for exam"),
        ([["a"], ["b"], [], []], {"class_names": ["a", "b", "a"]}, "must not repeat a name"),
        ([["a\n"], ["b"], [], []], {}, "control characters"),
    ],
)
def test_labels_without_one_meaning_are_refused(labels, options, error):
    with pytest.raises(ValueError, match=error):
        ktl.data.multi_label(TEXTS, labels, **options)
