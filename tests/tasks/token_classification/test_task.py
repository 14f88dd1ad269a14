"""What finding entities promises beyond the contract of every recipe."""

import numpy as np
import pytest

import kerastl as ktl
from kerastl.data import Dataset
from tests.contracts.entities_under_test import entity_case, found_again


# What asks for it is slow: training takes longer than all tests after it.
@pytest.fixture(scope="module", params=[pytest.param("trained", marks=pytest.mark.slow)])
def trained():
    case = entity_case()
    recipe = case.make()
    recipe.fit(case.data, case.quick, verbose=0)
    return case.data, recipe


@pytest.fixture
def untrained():
    recipe = entity_case().make()
    recipe.sequence_length = 16
    return recipe


def test_spans_lie_in_the_very_string(trained):
    _, recipe = trained
    text = "  ada\tcurie,\N{NO-BREAK SPACE}saw paris"
    (found,) = recipe.predict(text)
    assert {(e.label, text[e.start : e.end]) for e in found} >= {("place", "paris")}
    assert all(e.text == text[e.start : e.end] for e in found)


def test_a_text_of_any_length_loses_nothing(trained):
    data, recipe = trained
    texts = [data.test.inputs[i] for i in range(12)]
    alone = recipe.predict(texts)
    (joined,) = recipe.predict(" . ".join(texts))
    shift, expected = 0, []
    for text, found in zip(texts, alone, strict=True):
        expected += [(e.start + shift, e.end + shift, e.label) for e in found]
        shift += len(text) + 3
    same = {(e.start, e.end, e.label) for e in joined} & set(expected)
    # Neighbours differ, so a few may be told otherwise, but none is out of reach.
    assert len(same) > 0.7 * len(expected)
    assert max(e.end for e in joined) > 0.8 * shift


def test_fit_says_that_only_training_cuts_texts(untrained):
    data = entity_case().data
    untrained.sequence_length = 6
    untrained.prepare(data.train)
    (note,) = untrained.notes
    assert "training texts do not fit into 6 tokens: the model reads the first 4 tokens" in note
    assert note.endswith("; `evaluate` and `predict` read whole texts in overlapping windows")


def test_texts_without_words_have_no_entities(trained):
    _, recipe = trained
    assert recipe.predict(["", " \n", "\x00"]) == [[], [], []]
    assert recipe.predict([]) == []


def test_a_word_longer_than_the_model_reads_is_no_error(trained):
    _, recipe = trained
    (found,) = recipe.predict("ada curie saw " + "oslo" * 300 + " paris")
    assert all(e.start < e.end for e in found)


def test_evaluation_takes_whole_long_texts(trained):
    data, recipe = trained
    split = data.test
    texts = split.inputs[:6]
    words = [place for i in range(6) for place in _shifted(split, texts, i)]
    tags = [tag for i in range(6) for tag in split.labels[i, : len(split.words[i])]]
    whole = ktl.data.TaggedSplit([" ".join(texts)], [words], [tags], split.class_names)
    assert len(words) > 16
    found = recipe.predict(whole)
    assert recipe.evaluate(whole).f1 == pytest.approx(found_again(found, whole), abs=1e-6)


def _shifted(split, texts, index):
    before = sum(len(text) + 1 for text in texts[:index])
    return [(start + before, end + before) for start, end in split.words[index]]


def test_types_are_matched_by_name(trained):
    data, recipe = trained
    names = ("O", "B-place", "I-place", "B-person", "I-person")
    test = data.test
    order = {tag: names.index(tag) for tag in test.class_names}
    tags = [[order[tag] for tag in test.tags(i)] for i in range(len(test))]
    renumbered = ktl.data.TaggedSplit(test.inputs, test.words, tags, names)
    assert recipe.evaluate(renumbered).f1 == recipe.evaluate(test).f1
    np.testing.assert_array_equal(recipe.targets(renumbered), recipe.targets(test))


def test_an_unknown_type_is_named(trained):
    _, recipe = trained
    split = ktl.data.spans(["ada"], [[(0, 3, "ship")]]).train
    with pytest.raises(ValueError, match=r"The model has person, place\. Received: ship"):
        recipe.targets(split)


def test_targets_stand_at_the_first_token_of_each_word(untrained):
    data = ktl.data.spans(["ada curie saw oslo."], [[(0, 9, "person"), (14, 18, "place")]])
    targets = untrained.targets(data.train)
    names = data.train.class_names
    assert [names[tag] if tag >= 0 else "" for tag in targets[0, :8]] == [
        "", "B-person", "I-person", "O", "B-place", "O", "", "",
    ]  # fmt: skip


def test_data_without_tags_or_entities_is_refused(untrained):
    plain = ktl.data.arrays(["ada", "oslo"] * 5, ["a", "b"] * 5, validation_split=0.2)
    with pytest.raises(ValueError, match=r"kerastl\.data\.conll, spans"):
        untrained.fit(plain, verbose=0)
    tagged = entity_case().data
    nothing = tagged.train.subset(
        [i for i in range(len(tagged.train)) if not (tagged.train.labels[i] > 0).any()]
    )
    with pytest.raises(ValueError, match="without an entity"):
        untrained.fit(Dataset(tagged.train, nothing), verbose=0)


def test_one_example_in_all_is_refused(untrained):
    data = ktl.data.spans(["ada"], [[(0, 3, "person")]])
    with pytest.raises(ValueError, match="One text cannot be divided"):
        untrained.fit(data, verbose=0)


def test_the_head_cannot_be_solved(untrained):
    with pytest.raises(ValueError, match=r"cannot be fitted as a linear probe.*JointFineTune"):
        untrained.fit(entity_case().data, "feature_extraction", verbose=0)


def test_tags_are_no_classes_of_texts():
    backbone = entity_case().make().backbone
    with pytest.raises(ValueError, match="Received"):
        ktl.TextClassification(backbone).fit(entity_case().data, verbose=0)
