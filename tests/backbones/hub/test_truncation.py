"""Which tokens of long texts are kept: by themselves, and by the packers of tokenizers."""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from kerastl.backbones.hub.packing import TokenPacker
from kerastl.backbones.hub.truncation import TRUNCATIONS, kept_ends, truncated

LENGTH = 13
TEXTS = [
    "",
    "\x00",
    "a fine film",
    "the plot is thin and the jokes are old",
    " ".join("abcdefghijklmnopqrstuvwxyz"),
    "naïve café, 東京タワー and 🎬 🎬 at the end",
    "x" * 90,
    "no end " * 60,
]


def kept(row, room, truncation):
    """The tokens that must be kept, written down once more."""
    if len(row) <= room:
        return row
    first = {"head": room, "tail": 0, "head_tail": room // 4}[truncation]
    return [token for i, token in enumerate(row) if i < first or i >= len(row) - room + first]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(0, 40), min_size=1, max_size=5),
    st.integers(1, 30),
    st.sampled_from(TRUNCATIONS),
)
def test_rows_that_fit_are_whole_and_others_keep_their_ends(lengths, room, truncation):
    rows = [list(range(100 * number, 100 * number + n)) for number, n in enumerate(lengths)]
    given_rows = tf.ragged.constant(rows, tf.int32, ragged_rank=1)
    found = truncated(given_rows, room, truncation).to_list()
    assert found == [kept(row, room, truncation) for row in rows]
    assert sum(kept_ends(room, truncation)) == room


def test_the_quarters_are_those_of_the_paper():
    assert kept_ends(510, "head_tail") == (127, 383)
    assert kept_ends(1, "head_tail") == (0, 1)


@pytest.fixture(
    scope="module",
    params=["bert", "albert", *(pytest.param(n, marks=pytest.mark.slow) for n in ("gpt2",))],
)
def packer(request):
    from tests.contracts.small_presets import small_tokenizer

    return TokenPacker.of(small_tokenizer(request.param))


@pytest.fixture(scope="module")
def whole(packer):
    """The tokens of all texts, without special tokens."""
    lengths = packer.lengths(TEXTS)
    packed = packer(TEXTS, int(lengths.max()))
    np.testing.assert_array_equal(packed["padding_mask"].numpy().sum(axis=1), lengths)
    begin = int(packer.start is not None)
    end = int(packer.end is not None)
    return [
        row[begin : length - end].tolist()
        for row, length in zip(packed["token_ids"].numpy(), lengths, strict=True)
    ]


@pytest.mark.parametrize("truncation", TRUNCATIONS)
def test_the_packer_keeps_the_ends_between_its_special_tokens(packer, whole, truncation):
    packed = {name: each.numpy() for name, each in packer(TEXTS, LENGTH, truncation).items()}
    room = LENGTH - packer.special_count
    assert any(len(row) > room for row in whole)
    assert any(0 < len(row) <= room for row in whole)
    for number, row in enumerate(whole):
        tokens = [
            *([] if packer.start is None else [packer.start]),
            *kept(row, room, truncation),
            *([] if packer.end is None else [packer.end]),
        ]
        padding = LENGTH - len(tokens)
        assert packed["token_ids"][number].tolist() == tokens + [packer.pad] * padding
        assert packed["padding_mask"][number].tolist() == [1] * len(tokens) + [0] * padding


def test_an_unknown_truncation_is_refused(packer):
    with pytest.raises(ValueError, match=r"'head', 'tail', 'head_tail'.*truncation='middle'"):
        packer(["a"], 8, "middle")


def test_no_texts_have_no_lengths(packer):
    assert packer.lengths([]).shape == (0,)
