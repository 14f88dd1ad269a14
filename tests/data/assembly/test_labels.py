import numpy as np
import pytest

from kerastl.data.assembly.labels import order_classes, read_labels, to_integers


@pytest.mark.parametrize(
    ("values", "names"),
    [
        (["b", "a"], ["b", "a"]),
        ([3, 1], ["3", "1"]),
        (np.array([3, 1], np.uint8), ["3", "1"]),
        ([1.0, 2.0], ["1", "2"]),
        ([True, np.False_], ["True", "False"]),
        ([b"bytes"], ["bytes"]),
        ([np.array(4)], ["4"]),
    ],
)
def test_labels_become_names(values, names) -> None:
    assert read_labels(values) == names


@pytest.mark.parametrize("value", [None, float("nan"), "", "  "])
def test_a_missing_label(value) -> None:
    with pytest.raises(ValueError, match=r"A label is missing. Received: .* for example 1"):
        read_labels(["a", value])


@pytest.mark.parametrize("value", [1.5, [0, 1], np.array([0.0, 1.0]), {"a": 1}])
def test_a_label_that_cannot_be_a_class(value) -> None:
    with pytest.raises(ValueError, match=r"a single string, whole number or boolean. Received"):
        read_labels([value])


@pytest.mark.parametrize(
    ("names", "ordered"),
    [
        (["b", "a", "b"], ("a", "b")),
        (["10", "9", "2"], ("2", "9", "10")),
        (["1", "-1", "0"], ("-1", "0", "1")),
        (["10", "9", "x"], ("10", "9", "x")),
        (["True", "False"], ("False", "True")),
        (["Zebra", "ape"], ("Zebra", "ape")),
        (["été", "ete"], ("ete", "été")),
    ],
)
def test_the_order_of_classes(names, ordered) -> None:
    assert order_classes(names) == ordered


@pytest.mark.parametrize(
    "pair", [("Cat", "cat"), ("cat", "cat "), ("big cat", "big  cat"), ("STRASSE", "straße")]
)
def test_labels_that_differ_only_in_case_or_spaces(pair) -> None:
    with pytest.raises(ValueError, match=r"differ only in upper and lower case or in spaces") as e:
        order_classes([*pair, "dog"])
    assert all(repr(name) in str(e.value) for name in pair)
    assert "dog" not in str(e.value)


def test_integers_follow_the_order() -> None:
    integers = to_integers(["b", "a", "b"], ("a", "b"))
    assert integers.dtype == np.int32
    assert integers.tolist() == [1, 0, 1]
