import numpy as np
import pytest

from kerastl.data import Dataset, MultiLabelSplit
from kerastl.data.splits.holdout import with_validation
from kerastl.data.splits.sampling import stratified_sample

LABELS = np.array([[1, 0]] * 20 + [[1, 1]] * 6 + [[0, 0]] * 10)


def split():
    return MultiLabelSplit("text", [f"text {i}" for i in range(36)], LABELS, ["common", "rare"])


def test_a_part_keeps_its_kind_and_labels():
    part = split().subset([35, 0, 21])
    assert isinstance(part, MultiLabelSplit)
    assert part.labels.dtype == np.float32
    assert part.labels.tolist() == [[0, 0], [1, 0], [1, 1]]
    assert part.fingerprint() != split().fingerprint()


def test_a_held_out_part_has_every_label_in_proportion():
    data = with_validation(Dataset(split()))
    assert data.validation.class_counts() == {"common": 5, "rare": 1}
    assert (data.validation.labels.sum(axis=1) == 0).sum() == 2


def test_a_sample_leaves_no_label_out():
    assert stratified_sample(split(), 6).class_counts()["rare"] == 1


def test_labels_stream_with_the_texts():
    texts, labels = next(iter(split().strings(4)))
    assert labels.numpy().tolist() == LABELS[:4].tolist()
    assert texts.shape == (4,)


def test_another_shape_is_refused():
    with pytest.raises(ValueError, match=r"shape \(36, 2\) for 36 inputs and 3 names"):
        MultiLabelSplit("text", ["a"] * 36, LABELS, ["x", "y", "z"])
