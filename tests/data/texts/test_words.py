from hypothesis import given, settings
from hypothesis import strategies as st

from kerastl.data.texts.words import word_places


def test_offsets_count_characters_of_the_given_string():
    text = "Łódź’s 😀lol\x00é\u0301 東京\N{IDEOGRAPHIC SPACE}$5."
    words = [text[a:b] for a, b in word_places([text])[0]]
    assert words == ["Łódź", "’", "s", "😀", "lol", "é\u0301", "東", "京", "$", "5", "."]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=12), min_size=1, max_size=3))
def test_words_cover_every_letter_and_do_not_overlap(texts):
    for text, places in zip(texts, word_places(texts), strict=True):
        ends = [0, *places[:, 1]]
        assert (places[:, 0] < places[:, 1]).all()
        assert (places[:, 0] >= ends[:-1]).all()
        covered = {i for first, stop in places for i in range(first, stop)}
        assert {i for i, letter in enumerate(text) if letter.isalnum()} <= covered
