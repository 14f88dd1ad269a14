import numpy as np
import pytest

from kerastl.backbones.hub.packing import TokenPacker
from kerastl.backbones.hub.word_packing import WordPacker

TEXTS = ["a fine film, the end", "", " \t ", "the plot\x00is thin", "nothing " * 40, "x" * 500]
# Tokenizers differ in how they split punctuation, but not in plain words.
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
    """All texts, packed at once: building the graph of byte-pair encoding takes seconds."""
    return {name: values.numpy() for name, values in packer([*TEXTS, *PLAIN], LENGTH).items()}


def test_the_first_token_of_every_word_has_its_offsets(packer, packed):
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
