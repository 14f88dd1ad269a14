import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kerastl.backbones.hub.packing import TokenPacker
from kerastl.backbones.hub.word_packing import WordPacker, word_places

TEXTS = ["a fine film, the end", "", " \t ", "the plot\x00is thin", "nothing " * 40, "x" * 500]
# Byte pairs and sentence pieces divide punctuation otherwise; of plain words all are alike.
PLAIN = ["a fine film", "the plot is thin and the jokes are old", "word " * 60]
LENGTH = 24


@pytest.fixture(
    scope="module",
    params=[
        "bert",
        "albert",
        *(pytest.param(n, marks=pytest.mark.slow) for n in ("roberta", "gpt2")),
    ],
)
def packer(request):
    from tests.contracts.small_presets import small_tokenizer

    return WordPacker(TokenPacker.of(small_tokenizer(request.param)))


@pytest.fixture(scope="module")
def packed(packer):
    """All texts, packed at once: to put byte pairs into a graph takes seconds."""
    return {name: values.numpy() for name, values in packer([*TEXTS, *PLAIN], LENGTH).items()}


def test_places_are_characters_of_the_given_string():
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


def test_the_first_token_of_every_word_knows_its_place(packer, packed):
    for row, text in enumerate(packer.words(TEXTS)):
        known = packed["starts"][row] >= 0
        places = np.stack([packed["starts"][row, known], packed["ends"][row, known]], axis=1)
        with_tokens = np.array([bool(ids) for ids in text.tokens], bool)
        np.testing.assert_array_equal(places, text.places[with_tokens][: len(places)])
        first = [ids[0] for ids in text.tokens if ids]
        assert packed["token_ids"][row, known].tolist() == first[: len(places)]


def test_the_sequence_is_that_of_the_plain_packer(packer, packed):
    plain = packer.packer(PLAIN, LENGTH)
    for name in ("padding_mask", "token_ids"):
        np.testing.assert_array_equal(packed[name][len(TEXTS) :], plain[name])


def test_a_long_text_loses_its_end_and_no_special_token(packer, packed):
    longest = len(TEXTS) + PLAIN.index("word " * 60)
    assert packed["token_ids"][longest].shape == (LENGTH,)
    assert packed["padding_mask"][longest].all()
    if packer.packer.end is not None:
        assert packed["token_ids"][longest, -1] == packer.packer.end


def test_it_needs_room_for_a_token(packer):
    with pytest.raises(ValueError, match="sequence_length=0"):
        packer(["a"], 0)


def test_no_texts_have_no_words(packer):
    assert packer.words([]) == []
