import numpy as np
import pytest

import kerastl as ktl
from kerastl.adaptation.domains.target import Target

TEXTS = ["good", "bad", "fine", "poor", "nice", "dull", "great", "awful"]
LABELS = ["pos", "neg"] * 4


def source():
    return ktl.data.arrays(TEXTS, LABELS, validation_split=0.25, seed=0)


def test_rows_are_numbered_over_source_target_and_validation():
    rows, joined = Target(["x", "y", "z"]).joined_with([source()], ("neg", "pos"))
    assert len(joined.train) == 6 + 3
    assert joined.train.labels.tolist() == list(range(9))
    assert joined.validation.labels.tolist() == [9, 10]
    assert rows.labels[6:9].tolist() == [-1, -1, -1]
    assert rows.is_target.tolist() == [False] * 6 + [True] * 3 + [False] * 2
    assert (rows.labels[9:] >= 0).all()


def test_several_sources_are_domains_of_their_own():
    rows, _ = Target(["x"]).joined_with([source(), source()], ("neg", "pos"))
    assert rows.target == 2
    assert np.unique(rows.domains).tolist() == [0, 1, 2]


def test_labelled_target_examples_are_known_and_of_the_target():
    few = ktl.data.Split("text", ["a", "b"], [1, 0], ("neg", "pos"))
    rows, joined = Target(["x", "y"], labelled=few).joined_with([source()], ("neg", "pos"))
    assert len(joined.train) == 6 + 2 + 2
    assert rows.labels[6:10].tolist() == [1, 0, -1, -1]
    assert rows.is_target[6:10].all()


@pytest.mark.parametrize(
    ("target", "printed"),
    [
        (lambda: Target(["x", "y"]), "target: 2 texts without labels"),
        (lambda: Target(["x"] * 3, labelled=source()), "3 texts without labels, and 6 with labels"),
        (
            lambda: Target(ktl.data.unlabelled(["x", ""], on_error="skip")),
            "target: 1 texts without labels, 1 left out (see `skipped`)",
        ),
        (lambda: Target(source()), "target: 6 texts (their labels are ignored)"),
    ],
)
def test_what_is_printed_says_how_labels_are_used(target, printed):
    assert str(target()).endswith(printed)


def test_labels_passed_by_mistake_are_ignored():
    target = Target.of(source())
    rows, _ = target.joined_with([source()], ("neg", "pos"))
    assert (rows.labels[6:12] == -1).all()


def test_an_empty_target_is_an_error():
    with pytest.raises(ValueError, match="no examples to adapt to"):
        Target(ktl.data.Split("text", [], None, ()))


def test_the_source_as_target_is_an_error():
    data = source()
    for same in (data, data.train, list(data.train.inputs)):
        with pytest.raises(ValueError, match="The target is the source"):
            Target(same).check_is_another([data])
    Target(["x"] * len(data.train)).check_is_another([data])


def test_another_kind_of_examples_is_an_error():
    images = np.zeros((3, 8, 8, 3), "uint8")
    with pytest.raises(ValueError, match="the same modality"):
        Target(images).joined_with([source()], ("neg", "pos"))


def test_sources_of_other_classes_are_an_error():
    other = ktl.data.arrays(TEXTS, ["a", "b"] * 4, validation_split=0.25, seed=0)
    with pytest.raises(ValueError, match="All sources must have the same classes"):
        Target(["x"]).joined_with([source(), other], ("neg", "pos"))
