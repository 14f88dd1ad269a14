import pytest

import kerastl as ktl
from kerastl.data.assembly.class_names import check_distinct, check_names
from kerastl.data.assembly.labels import order_classes, stored_name
from tests.training import tiny

BAD = ["a\n", "a\rb", "a\tb", "a\0", "a\x85b", "a\u2028b", "a\u2029b", "\ud83d", "", "  "]


@pytest.mark.parametrize("name", BAD)
def test_names_that_a_file_with_one_name_on_each_line_cannot_hold(name) -> None:
    with pytest.raises(ValueError, match=r"A target name must .* Received: "):
        check_names(["fine", name], "target name")


@pytest.mark.parametrize(
    "name", ["日本 語", "a\u00a0b", "👨\u200d👩\u200d👧", 'O\'Neill, "x"', "--1", "²"]
)
def test_all_other_names_can_be_used(name) -> None:
    check_names([name])
    assert order_classes([name, "other"])


@pytest.mark.parametrize(
    ("one", "other"),
    [("caf\u00e9", "CAFE\u0301"), ("a", "a\u200b"), ("a b", "a\u00a0b"), ("a", "\ufeffa")],
)
def test_names_that_look_alike(one, other) -> None:
    with pytest.raises(ValueError, match=r"look the same.*spell them alike") as error:
        check_distinct([one, other, "other"])
    assert "other" not in str(error.value)
    # Names that would be shown alike are written with escape sequences.
    shown = str(error.value).split("Received: ")[1].split(" and ")
    assert len({" ".join(each.casefold().split()) for each in shown}) == 2 or " " in one


@pytest.mark.parametrize(
    ("names", "ordered"),
    [
        (["--1", "2"], ("--1", "2")),
        (["-1", "-10", "2"], ("-10", "-1", "2")),
        (["9" * 5000, "2"], ("2", "9" * 5000)),
    ],
)
def test_only_whole_numbers_are_ordered_by_value(names, ordered) -> None:
    assert order_classes(names) == ordered


def test_a_stored_label_is_never_counted_from_the_end() -> None:
    assert [stored_name(["a", "b"], value, "row 0") for value in (1, None, -1)] == ["b", None, None]
    with pytest.raises(ValueError, match=r"from 0 to 1.* Received: -100 for row 0"):
        stored_name(["a", "b"], -100, "row 0")


@pytest.mark.parametrize(("names", "message"), [(["a", "a"], "repeat"), (["a", "b\n"], "one line")])
@pytest.mark.parametrize("task", [ktl.ImageClassification, ktl.ObjectDetection])
def test_the_names_of_a_model_can_be_stored(task, names, message) -> None:
    with pytest.raises(ValueError, match=message):
        task(tiny.backbone(), image_size=(64, 64)).build(names)
