import enum

import numpy as np
import pandas as pd
import pytest

import kerastl as ktl
from kerastl.data.assembly.listed_classes import ListedClasses
from kerastl.data.assembly.plain_labels import plain_labels

TWELVE = sorted(str(i) for i in range(12))  # as Keras names the folders 0 to 11


class Answer(enum.IntEnum):
    NO = 0
    YES = 1


def meant(labels, class_names, **options) -> list[str]:
    """Return the class name of each label."""
    listed = ListedClasses.of(class_names)
    title = "example {}".format
    positions = listed.positions(plain_labels(labels, title), title, **options)
    return [listed.names[position] for position in positions]


@pytest.mark.parametrize(
    ("labels", "class_names", "expected"),
    [
        # Integers of any type are positions.
        (np.array([2, 3, 4, 0]), TWELVE, ["10", "11", "2", "0"]),
        ([1, 2], ["1", "2", "3"], ["2", "3"]),
        (np.array([0, 1], np.uint8), ["no", "yes"], ["no", "yes"]),
        ([0.0, 1.0], ["no", "yes"], ["no", "yes"]),
        (np.array([1.0, 0.0], np.float32), ["1", "0"], ["0", "1"]),
        ([False, True], ["no", "yes"], ["no", "yes"]),
        ([np.True_, np.False_], ["False", "True"], ["True", "False"]),
        ([Answer.YES, Answer.NO], ["no", "yes"], ["yes", "no"]),
        # Strings are names.
        (["2", "10"], TWELVE, ["2", "10"]),
        (["1", "2"], ["1", "2", "3"], ["1", "2"]),
        ([b"yes", "no"], ["no", "yes"], ["yes", "no"]),
        (["cafe\u0301", "bar"], ["bar", "caf\u00e9"], ["caf\u00e9", "bar"]),
        # Only one reading fits.
        (["0", "1"], ["no", "yes"], ["no", "yes"]),
        ([5, 3], np.unique([3, 5, 5]), ["5", "3"]),
        ([1, 3], [1, 2, 3], ["1", "3"]),
        ([1, 0], range(3), ["1", "0"]),
        ([], ["no", "yes"], []),
    ],
)
def test_the_type_of_a_label_decides_what_it_means(labels, class_names, expected) -> None:
    assert meant(labels, class_names) == expected


@pytest.mark.parametrize(
    ("labels", "class_names", "typed"),
    [
        ([True, False], ["True", "False"], True),
        ([1, 2], [1, 2, 3], True),
        (["1", "2"], ["1", "2", "3"], False),
        (["0", "1"], ["1", "0"], False),
    ],
)
def test_two_readings_that_differ_are_refused(labels, class_names, typed) -> None:
    with pytest.raises(ValueError, match=r"as names of classes and as positions .* Received: "):
        meant(labels, class_names, typed=typed)


@pytest.mark.parametrize(
    ("labels", "expected"), [(["1", "0"], ["yes", "no"]), (["yes", "no"], ["yes", "no"])]
)
def test_a_source_without_types_has_names_or_positions(labels, expected) -> None:
    assert meant(labels, ["no", "yes"], typed=False) == expected


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([0, 1, 2], "0 to 1; pass names as strings. Received: 2 for example 2"),
        ([0, -1], "Received: -1 for example 1"),
        (["no", "1"], "Unknown label.* Received: '1' for example 1, with 2 class_names"),
        (["no", "yess"], "Did you mean 'yes'"),
        ([0, "yes"], "one type.* Received: 0 .* example 0 and 'yes' .* example 1"),
        ([True, 1], "one type"),
        ([0, None], "A label is missing. Received: None for example 1"),
    ],
)
def test_labels_that_are_not_a_class(labels, message) -> None:
    with pytest.raises(ValueError, match=message):
        meant(labels, ["no", "yes"])


@pytest.mark.parametrize(
    "given",
    [
        ["no", "yes"],
        ("no", "yes"),
        np.array(["no", "yes"]),
        pd.Index(["no", "yes"]),
        pd.Series(["no", "yes"]),
        iter(["no", "yes"]),
        [b"no", b"yes"],
        {0: "no", 1: "yes"},
        {1: "yes", 0: "no"},
        {np.int64(0): "no", np.int64(1): "yes"},
        {"0": "no", "1": "yes"},
        {"yes": 1, "no": 0},
    ],
)
def test_classes_in_any_container_with_an_order(given) -> None:
    assert ListedClasses.of(given).names == ("no", "yes")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("no", "must be a list of names"),
        ({"no", "yes"}, "must be a list of names in the order"),
        (2, "must be a list of names"),
        ([], "must not be empty"),
        ({1: "no", 2: "yes"}, "the positions 0, 1, 2.*convert the labels"),
        ({0: "no", 2: "yes"}, "the positions 0, 1, 2"),
        (["a", "b", "a"], "must not repeat a name. Received: 'a' at positions 0 and 2"),
        (["caf\u00e9", "cafe\u0301"], "must not repeat a name"),
        (["a", "A"], "spell them alike"),
        (["a", "a\u200b"], r"look the same.*'a\\u200b'"),
        (["a\n", "b"], r"one line without control characters.* Received: 'a\\n'"),
        (["a", ""], r"missing. Received: '' for `class_names\[1\]`"),
        (["a", None], "missing"),
        (["a", 1], "one type"),
        ([["a"], ["b"]], "a single string"),
        (["a", "\ud83d"], r"half of a surrogate pair. Received: '\\ud83d'"),
    ],
)
def test_classes_that_cannot_be_used(given, message) -> None:
    with pytest.raises(ValueError, match=message):
        ListedClasses.of(given)


def test_arrays_read_the_labels_of_keras() -> None:
    labels = np.arange(12) % 12
    data = ktl.data.arrays([f"text {i}" for i in range(12)], labels, class_names=TWELVE)
    assert data.class_names == tuple(TWELVE)
    assert data.train.labels.tolist() == labels.tolist()


def test_a_single_class_is_refused() -> None:
    with pytest.raises(ValueError, match=r"at least two classes. Received: class_names=\['a'\]"):
        ktl.data.arrays(["x", "y"], [0, 0], class_names=["a"])
