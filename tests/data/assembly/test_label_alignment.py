import pytest

from kerastl.data import Split
from kerastl.data.assembly.label_alignment import align_labels


def test_labels_are_matched_by_name():
    split = Split("text", ["x", "y"], [0, 1], ["cat", "dog"])
    assert align_labels(split, ["bird", "dog", "cat"]).tolist() == [2, 1]


def test_a_class_without_examples_may_be_unknown():
    split = Split("text", ["x"], [0], ["cat", "dog"])
    assert align_labels(split, ["cat", "bird"]).tolist() == [0]


@pytest.mark.parametrize(
    ("split", "message"),
    [
        (Split("text", ["x"], [1], ["cat", "dog"]), "Received: dog"),
        (Split("text", ["x"], None, ["cat"]), "needs labels"),
    ],
)
def test_what_cannot_be_compared_is_refused(split, message):
    with pytest.raises(ValueError, match=message):
        align_labels(split, ["cat", "bird"])


def test_positions_that_were_read_as_names():
    split = Split("text", ["x", "y"], [0, 1], ["0", "1"])
    with pytest.raises(ValueError, match=r"read the data with `class_names=recipe.class_names`"):
        align_labels(split, ("no", "yes"))


@pytest.mark.parametrize("label", [-1, 2])
def test_a_label_outside_the_class_names(label):
    split = Split("text", ["x", "y"], [0, label], ["cat", "dog"])
    with pytest.raises(ValueError, match=f"0 to 1. Received: {label} for example 1"):
        align_labels(split, ("cat", "dog"))
