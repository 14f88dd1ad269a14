from pathlib import Path

import keras_hub
import numpy as np
import pytest
import tensorflow as tf

import kerastl as ktl
from kerastl.backbones import TokenPacker

TRICKY = ["", "Hello,  WORLD!", "naïve café", "東京タワー", "🎬 a\nb\tc", "x" * 400, "no " * 90]


@pytest.fixture(scope="module")
def packer(minilm: Path) -> TokenPacker:
    packer = ktl.backbone("bert", weights=minilm).packer
    assert packer is not None
    return packer


def test_ids_are_those_of_keras_hub(packer: TokenPacker, minilm: Path) -> None:
    tokenizer = keras_hub.models.BertTokenizer.from_preset(str(minilm))
    theirs = keras_hub.models.BertTextClassifierPreprocessor(tokenizer, sequence_length=24)
    expected = theirs(tf.constant(TRICKY))
    for name, value in packer(TRICKY, 24).items():
        np.testing.assert_array_equal(value, np.asarray(expected[name]).astype("int32"))


def test_an_empty_text_gives_the_special_tokens(packer: TokenPacker) -> None:
    packed = packer([""], 5)
    assert packed["token_ids"].numpy().tolist() == [[packer.start, packer.end, 0, 0, 0]]
    assert packed["padding_mask"].numpy().tolist() == [[1, 1, 0, 0, 0]]


def test_a_nul_is_dropped_in_a_graph_and_eagerly(packer: TokenPacker) -> None:
    graph = tf.function(lambda texts: packer(texts, 8)["token_ids"])
    plain = packer(["a fine film"], 8)["token_ids"]
    np.testing.assert_array_equal(packer(["a f\x00ine\x00 film"], 8)["token_ids"], plain)
    np.testing.assert_array_equal(graph(tf.constant(["a f\x00ine\x00 film"])), plain)


def test_no_operation_is_used_that_a_server_lacks(packer: TokenPacker) -> None:
    spec = tf.TensorSpec([None], tf.string)
    graph = tf.function(lambda texts: packer(texts, 8)).get_concrete_function(spec).graph
    functions = graph.as_graph_def().library.function
    used = {node.op for function in functions for node in function.node_def}
    assert {op for op in used if op.startswith("TFText>")} <= {
        "TFText>FastWordpieceTokenizeWithOffsets",
        "TFText>CaseFoldUTF8",
        "TFText>NormalizeUTF8",
    }


def test_saves_and_loads(packer: TokenPacker, tmp_path: Path) -> None:
    packer.save(tmp_path / "tokenizer")
    loaded = TokenPacker.load(tmp_path / "tokenizer")
    for name, value in loaded(TRICKY, 12).items():
        np.testing.assert_array_equal(value, packer(TRICKY, 12)[name])
    with pytest.raises(
        FileNotFoundError, match=r"No tokenizer is saved in this directory: packer.json"
    ):
        TokenPacker.load(tmp_path)


def test_a_sequence_needs_room(packer: TokenPacker) -> None:
    with pytest.raises(ValueError, match=r"must exceed the 2 special tokens.*sequence_length=2"):
        packer(["a"], 2)


@pytest.mark.slow
def test_gpt2_ids_are_those_of_keras_hub(shared: Path, tmp_path: Path) -> None:
    folder = shared / "weights" / "gpt2_tokenizer"
    vocabulary, merges = str(folder / "vocab.json"), str(folder / "merges.txt")
    tokenizer = keras_hub.models.GPT2Tokenizer(vocabulary, merges)
    theirs = keras_hub.models.GPT2Preprocessor(tokenizer, sequence_length=24)
    packer = TokenPacker.of(tokenizer)
    packer.save(tmp_path)
    expected = theirs(tf.constant(TRICKY))
    for each in (packer, TokenPacker.load(tmp_path)):
        for name, value in each(TRICKY, 24).items():
            np.testing.assert_array_equal(value, np.asarray(expected[name]).astype("int32"))
