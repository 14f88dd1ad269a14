import numpy as np
import pytest

from kerastl.data.texts.packed_texts import PackedTexts

WORDS = ["a", "b c", "d e f", "", "g"]


def pack(texts, length=32):
    """Give a word the number of its letter, and count how often texts are asked for."""
    pack.texts += len(texts)
    ids = np.zeros((len(texts), length), np.int32)
    for row, text in zip(ids, texts, strict=True):
        numbers = [ord(word) for word in text.split()]
        row[: len(numbers)] = numbers
    return {"token_ids": ids, "padding_mask": (ids > 0).astype(np.int32)}


@pytest.fixture
def packed():
    pack.texts = 0
    return PackedTexts.of(WORDS, pack)


def batches(packed, targets, **options):
    options = {"shuffle": False, "seed": 0, "trims": False} | options
    return packed.stream(targets, 2, **options)


def test_batches_equal_the_tokenizers_output_and_it_is_called_once(packed):
    stream = batches(packed, np.arange(5))
    for _ in range(3):
        given = list(stream.as_numpy_iterator())
    assert pack.texts == 5
    expected = pack(WORDS)
    for name, values in expected.items():
        np.testing.assert_array_equal(np.concatenate([inputs[name] for inputs, _ in given]), values)
    assert np.concatenate([labels for _, labels in given]).tolist() == [0, 1, 2, 3, 4]


def test_without_targets_there_are_only_texts(packed):
    first = next(iter(batches(packed, None)))
    assert set(first) == {"token_ids", "padding_mask"}


def test_a_shuffled_pass_has_every_text_with_its_target(packed):
    stream = batches(packed, np.arange(5), shuffle=True)
    orders = []
    for _ in range(2):
        found = []
        for inputs, labels in stream.as_numpy_iterator():
            np.testing.assert_array_equal(inputs["token_ids"], packed.token_ids[labels])
            found += labels.tolist()
        assert sorted(found) == [0, 1, 2, 3, 4]
        orders.append(found)
    assert orders[0] != orders[1]


@pytest.mark.parametrize("by_token", [True, False])
def test_trimmed_batches_cut_only_targets_by_token(packed, by_token):
    targets = packed.token_ids.copy()
    inputs, cut = next(iter(batches(packed, targets, trims=True, by_token=by_token)))
    assert inputs["token_ids"].shape == inputs["padding_mask"].shape == (2, 8)
    assert cut.shape == (2, 8 if by_token else 32)


def test_shuffled_batches_that_are_trimmed_have_texts_of_similar_length():
    texts = [" ".join("a" * count) for count in np.random.default_rng(0).integers(1, 32, 64)]
    stream = PackedTexts.of(texts, pack).stream(np.arange(64), 8, shuffle=True, seed=0, trims=True)
    given = list(stream.as_numpy_iterator())
    assert sorted(np.concatenate([labels for _, labels in given])) == list(range(64))
    assert {inputs["token_ids"].shape[1] for inputs, _ in given} == {8, 16, 24, 32}


def test_more_texts_than_are_tokenized_at_once():
    pack.texts = 0
    packed = PackedTexts.of(["a b"] * 1500, pack)
    assert packed.token_ids.shape == (1500, 32)
    assert packed.lengths.tolist() == [2] * 1500
