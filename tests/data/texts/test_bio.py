import pytest
from hypothesis import given
from hypothesis import strategies as st

from kerastl.data.texts.bio import entities, entity_types, tag_names, to_bio

TAGS = st.lists(st.sampled_from(["O", *(f"{p}-{k}" for p in "BIESLUM" for k in ("a", "b"))]))


@pytest.mark.parametrize(
    ("scheme", "given_tags"),
    [
        ("BIO", "B-x I-x O B-x B-x B-y I-y"),
        ("IOB1", "I-x I-x O I-x B-x I-y I-y"),
        ("BIOES", "B-x E-x O S-x S-x B-y E-y"),
        ("BILOU", "B-x L-x O U-x U-x B-y L-y"),
        ("BMES", "B-x E-x O S-x S-x B-y E-y"),
    ],
)
def test_every_scheme_becomes_bio(scheme, given_tags):
    assert " ".join(to_bio(given_tags.split())) == "B-x I-x O B-x B-x B-y I-y"


def test_the_middle_of_bmes_continues():
    assert to_bio(["B-x", "M-x", "E-x", "I-x"]) == ["B-x", "I-x", "I-x", "B-x"]


@given(TAGS)
def test_converted_tags_are_valid_and_do_not_change_again(tags):
    written = to_bio(tags)
    assert to_bio(written) == written
    assert [tag == "O" for tag in written] == [tag == "O" for tag in tags]
    for before, tag in zip(["O", *written], written, strict=False):
        assert not tag.startswith("I-") or before[2:] == tag[2:]


@pytest.mark.parametrize("tag", ["person", "B_person", "B-", "b-person", "X-person", ""])
def test_a_tag_without_prefix_is_named(tag):
    with pytest.raises(ValueError, match=r"word 1$"):
        to_bio(["O", tag])


def test_types_and_tags_go_both_ways():
    assert entity_types(tag_names(["b", "a"])) == ("b", "a")


@given(TAGS)
def test_entities_cover_what_is_not_outside(tags):
    written = to_bio(tags)
    again = ["O"] * len(written)
    for kind, first, stop in entities(written):
        again[first:stop] = [f"B-{kind}", *[f"I-{kind}"] * (stop - first - 1)]
    assert again == written
