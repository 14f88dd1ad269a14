import numpy as np
import pytest

from kerastl.data import Dataset, NumberSplit, Split
from kerastl.data.splits.holdout import with_validation


def split(numbers):
    rows = np.asarray(numbers, float).reshape(len(numbers), -1)
    names = [f"target{i}" for i in range(rows.shape[1])]
    return NumberSplit("text", [f"text {i}" for i in range(len(rows))], rows, names)


def test_a_part_keeps_its_kind_and_numbers():
    part = split([[1.5, 2], [3, 4], [5, 6]]).subset([2, 0])
    assert isinstance(part, NumberSplit)
    assert part.labels.tolist() == [[5, 6], [1.5, 2]]


def test_a_held_out_part_spans_the_range():
    validation = with_validation(Dataset(split(np.arange(50.0)))).validation
    assert len(validation) == 10
    assert np.bincount((validation.labels[:, 0] // 10).astype(int)).tolist() == [2] * 5


@pytest.mark.parametrize("numbers", [[1.0, 2.0], [1.0, 1.0, 1.0, 9.0], np.arange(7.0)])
def test_few_or_repeated_numbers_can_be_divided(numbers):
    data = with_validation(Dataset(split(numbers)), share=0.3)
    assert len(data.train)
    assert len(data.validation)


def test_another_shape_is_refused():
    with pytest.raises(ValueError, match=r"shape \(1, 2\) for 1 inputs and 1 names"):
        NumberSplit("text", ["a"], [[1.0, 2.0]], ["price"])


def test_the_names_of_the_targets_are_those_of_the_columns():
    data = Dataset(split([[1.5, 2], [3, 4]]))
    assert data.target_names == data.train.target_names == ("target0", "target1")
    assert data.train.subset([0]).target_names == ("target0", "target1")


def test_other_data_has_no_targets():
    data = Dataset(Split("text", ["a", "b"], [0, 1], ["no", "yes"]))
    with pytest.raises(AttributeError, match=r"read `class_names`\. Received: <Split of 2 texts"):
        _ = data.target_names
