import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kerastl.backbones.hub.packing import TokenPacker
from kerastl.backbones.hub.word_packing import WordPacker, word_places

TEXTS = ["a fine film, the end", "", " \t ", "the plot\x00is thin", "nothing " * 40, "x" * 500]


@pytest.fixture(scope="module", params=["bert", "roberta", "gpt2", "albert"])
def packer(request):
    from tests.contracts.small_presets import small_tokenizer

    return WordPacker(TokenPacker.of(small_tokenizer(request.param)))


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


def test_the_first_token_of_every_word_knows_its_place(packer):
    packed = {name: values.numpy() for name, values in packer(TEXTS, 24).items()}
    for row, text in enumerate(packer.words(TEXTS)):
        known = packed["starts"][row] >= 0
        places = np.stack([packed["starts"][row, known], packed["ends"][row, known]], axis=1)
        with_tokens = np.array([bool(ids) for ids in text.tokens], bool)
        np.testing.assert_array_equal(places, text.places[with_tokens][: len(places)])
        first = [ids[0] for ids in text.tokens if ids]
        assert packed["token_ids"][row, known].tolist() == first[: len(places)]


def test_the_sequence_is_that_of_the_plain_packer(packer):
    # Byte pairs and sentence pieces divide punctuation otherwise; of plain words all are alike.
    texts = ["a fine film", "the plot is thin and the jokes are old", "word " * 60]
    plain, divided = packer.packer(texts, 24), packer(texts, 24)
    np.testing.assert_array_equal(divided["padding_mask"], plain["padding_mask"])
    np.testing.assert_array_equal(divided["token_ids"], plain["token_ids"])


def test_a_long_text_loses_its_end_and_no_special_token(packer):
    packed = packer(["the film " * 50], 16)
    assert packed["token_ids"].shape == (1, 16)
    assert packed["padding_mask"].numpy().all()
    if packer.packer.end is not None:
        assert packed["token_ids"].numpy()[0, -1] == packer.packer.end


def test_it_needs_room_for_a_token(packer):
    with pytest.raises(ValueError, match="sequence_length=0"):
        packer(["a"], 0)


def test_no_texts_have_no_words(packer):
    assert packer.words([]) == []
