import numpy as np
import pytest

from kerastl.data.assembly.examples import Examples, assemble

TEXTS = [f"text {i}" for i in range(12)]
LABELS = ["a", "b"] * 6


def made(labels=LABELS, texts=TEXTS, validation=0.0, test=0.0, **options):
    return assemble(Examples("text", texts, labels, **options), validation, test, 0)


PARTS = ["train"] * 8 + ["test"] * 4


def test_named_parts_are_kept_and_validation_comes_from_training_only() -> None:
    data = made(parts=PARTS, validation=0.25)
    assert data.test.encoded() == TEXTS[8:]
    assert sorted(data.train.encoded() + data.validation.encoded()) == TEXTS[:8]
    assert len(data.validation) == 2


@pytest.mark.parametrize(
    ("parts", "options", "message"),
    [
        (PARTS, {"test": 0.2}, "already has a test split.*Received: test_split=0.2"),
        (["train"] * 6 + ["validation"] * 6, {"validation": 0.2}, "already has a validation split"),
        (["test"] * 12, {}, "no training split. Received: only test"),
    ],
)
def test_parts_and_fractions_that_contradict(parts, options, message) -> None:
    with pytest.raises(ValueError, match=message):
        made(parts=parts, **options)


@pytest.mark.parametrize("part", ["validation", "test"])
def test_a_label_that_training_never_saw(part) -> None:
    labels, parts = [*LABELS, "c"], ["train"] * 12 + [part]
    with pytest.raises(
        ValueError, match=f"{part} split has a label that the training split does not have.*'c'"
    ):
        made(labels, [*TEXTS, "more"], parts=parts)


def test_labels_alike_across_parts() -> None:
    with pytest.raises(ValueError, match=r"differ only in .* Received: 'A' and 'a'"):
        made([*LABELS, "A"], [*TEXTS, "more"], parts=["train"] * 12 + ["test"])


def test_one_class_is_refused() -> None:
    with pytest.raises(ValueError, match=r"at least two classes. Received: only 'a'"):
        made(["a"] * 12)


def test_no_examples() -> None:
    with pytest.raises(ValueError, match=r"There are no examples"):
        made([], [])


@pytest.mark.parametrize("empty", ["", " \n\t"])
def test_empty_texts_are_named_by_position(empty) -> None:
    with pytest.raises(ValueError, match=r"2 texts are empty.* for example 3, example 5"):
        made(texts=[*TEXTS[:3], empty, TEXTS[4], empty, *TEXTS[6:]])


def test_a_text_that_is_not_a_string() -> None:
    with pytest.raises(ValueError, match=r"Every text must be a string. Received: None for ex"):
        made(texts=[*TEXTS[:11], None])


@pytest.mark.parametrize("labels", [LABELS, [0, 1] * 6, np.array([0, 1] * 6)])
def test_class_names_may_be_names_or_positions_in_the_labels(labels) -> None:
    names = ("b", "a") if labels is LABELS else ("zero", "one")
    data = made(list(labels), class_names=names)
    assert data.class_names == names
    expected = [1, 0] * 6 if labels is LABELS else [0, 1] * 6
    assert data.train.labels.tolist() == expected


@pytest.mark.parametrize("labels", [[*[0, 1] * 6, 2], [*[0, 1] * 6, -1], ["one"] * 12 + ["zer"]])
def test_a_label_without_a_class_name(labels) -> None:
    with pytest.raises(ValueError, match=f"Unknown label.*{labels[-1]}.* for example 12"):
        made(labels, [*TEXTS, "more"], class_names=["zero", "one"])


def test_a_group_in_two_named_parts() -> None:
    groups = [i // 2 for i in range(12)]
    made(parts=PARTS, groups=groups)
    with pytest.raises(ValueError, match=r"Received: group 0 in train and test"):
        made(parts=PARTS, groups=[*groups[:11], 0])


def test_texts_shared_by_training_and_test_are_noted() -> None:
    assert made(parts=PARTS).notes == []
    data = made(texts=[*TEXTS[:9], TEXTS[0] + " ", TEXTS[0], TEXTS[11]], parts=PARTS)
    assert [n for n in data.notes if "test split also in training: 2" in n]


def test_texts_repeated_within_one_part_are_not_noted() -> None:
    assert made(texts=[TEXTS[0], TEXTS[0], *TEXTS[2:]], parts=PARTS).notes == []
