import time

import pytest

from kerastl.artifacts import TextReader
from kerastl.backbones.hub.truncation import TRUNCATIONS

LENGTH = 64
TEXTS = ["A fine film.", "", "naïve, really — ok", " two  spaces ", "word " * 500, "a" * 200]


@pytest.fixture(scope="module", params=["gpt2", "bert", "albert"])
def reader(request):
    from kerastl.backbones import TokenPacker
    from tests.contracts.small_presets import small_tokenizer

    return TextReader(TokenPacker.of(small_tokenizer(request.param)), LENGTH)


@pytest.mark.parametrize("truncation", TRUNCATIONS)
def test_it_reads_what_training_read(reader, truncation):
    import tensorflow as tf

    reader = TextReader(reader.packer, LENGTH, truncation)
    packed = reader.packer(TEXTS, LENGTH, truncation)
    for name, values in reader.read(tf.constant(TEXTS)).items():
        assert (values.numpy() == packed[name].numpy()).all(), name


@pytest.mark.parametrize("truncation", ["tail", "head_tail"])
def test_a_text_of_any_length_keeps_its_end(reader, truncation):
    import tensorflow as tf

    reader = TextReader(reader.packer, LENGTH, truncation)
    # Longer than the text that a server gives to the tokenizer, in which one word is far too long.
    text = f"a fine film with {'é' * 3000} {'nothing works ' * 1000} and a quiet end"
    read = reader.read(tf.constant([text, "", "the end"]))
    packed = reader.packer([text, "", "the end"], LENGTH, truncation)
    for name, values in read.items():
        assert (values.numpy() == packed[name].numpy()).all(), name


@pytest.mark.slow
@pytest.mark.parametrize("truncation", TRUNCATIONS)
@pytest.mark.parametrize("unit", ["x", "great ", " ", "é"])
def test_the_time_grows_no_faster_than_the_text(reader, unit, truncation):
    import tensorflow as tf

    reader = TextReader(reader.packer, LENGTH, truncation)
    graph = tf.function(reader.read)

    def seconds(size):
        text, taken = tf.constant([unit * (size // len(unit))]), []
        for _ in range(3):
            start = time.perf_counter()
            mask = graph(text)["padding_mask"]
            taken.append(time.perf_counter() - start)
        assert mask.shape == (1, LENGTH)
        return min(taken)

    seconds(10)
    # A tokenizer that compares pairs of characters would take a hundred times as long.
    assert seconds(300_000) < 30 * seconds(30_000)


def test_samples_are_one_short_and_one_long_text(reader):
    import tensorflow as tf

    short, long = reader.read(tf.constant(reader.samples()))["padding_mask"].numpy().sum(axis=1)
    assert short < long == LENGTH


def test_bytes_that_are_not_utf8_are_refused(reader):
    import tensorflow as tf

    with pytest.raises(tf.errors.InvalidArgumentError, match=r"encoded in UTF-8"):
        reader.read(tf.constant([b"fine", b"caf\xe9"]))
