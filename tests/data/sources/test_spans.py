import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kerastl.data.sources.spans import spans
from kerastl.data.texts.bio import entities

TEXT = "Dr. Ada Łovelace-King\N{NO-BREAK SPACE}left 東京."


def test_spans_become_tags_of_words():
    data = spans([TEXT], [[{"start": 27, "end": 29, "label": "place"}, (4, 21, "person")]])
    train = data.train
    words = [TEXT[a:b] for a, b in train.words[0]]
    assert words == ["Dr", ".", "Ada", "Łovelace", "-", "King", "left", "東", "京", "."]
    assert [words[first:stop] for _, first, stop in entities(train.tags(0))] == [
        ["Ada", "Łovelace", "-", "King"],
        ["東", "京"],
    ]


@pytest.mark.parametrize(
    ("given_spans", "message"),
    [
        ([(4, 7, "a"), (6, 16, "b")], r"not overlap.*\(4, 7, 'a'\) in text 0 and \(6, 16, 'b'"),
        ([(4, 7, "a"), (4, 7, "a")], "not overlap"),
        ([(5, 7, "a")], r"whole words.*'da' of"),
        ([(4, 8, "a")], r"whole words.*'Ada ' of"),
        ([(4, 99, "a")], r"inside its text.*30 characters"),
        ([(7, 4, "a")], "inside its text"),
        ([(-3, 4, "a")], "inside its text"),
        ([(4, 7)], r"\(4, 7\) in text 0"),
        ([(4, 7, " ")], "in text 0"),
        ([{"start": 4, "end": 7}], "in text 0"),
    ],
)
def test_a_bad_span_is_named(given_spans, message):
    with pytest.raises(ValueError, match=f"(?s){message}"):
        spans([TEXT], [given_spans])


@pytest.mark.parametrize(
    ("texts", "given_spans", "message"),
    [
        (["a", " "], [[], []], "' ' for text 1"),
        (["a", 3], [[], []], "3 for text 1"),
        (["a"], [], "1 texts and 0 lists"),
        ("ab", [[], []], "list of texts"),
        (["a"], [[]], "every tag of the training texts is O"),
        ([], [], "no texts"),
    ],
)
def test_bad_texts_are_named(texts, given_spans, message):
    with pytest.raises(ValueError, match=message):
        spans(texts, given_spans)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.sampled_from(["ab", "ä\u0301", "😀", ".", "-", "京", "x1"]), min_size=1), st.data()
)
def test_any_run_of_words_is_found_again(words, data):
    text = " ".join(words)
    ends = [sum(len(w) + 1 for w in words[: i + 1]) - 1 for i in range(len(words))]
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first, len(words) - 1))
    span = (ends[first] - len(words[first]), ends[last], "kind")
    train = spans([text], [[span]]).train
    (found,) = entities(train.tags(0))
    places = train.words[0]
    assert (places[found[1], 0], places[found[2] - 1, 1]) == span[:2]


@pytest.mark.parametrize("label", [None, float("nan"), "", ["person"], 0.5])
def test_an_entity_without_a_type(label) -> None:
    with pytest.raises(ValueError, match=r"An entity must be .* Received: .* in text 0"):
        spans(["Ada came"], [[(0, 3, label)]])
