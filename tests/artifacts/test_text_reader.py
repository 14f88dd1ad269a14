import time

import pytest

from kerastl.artifacts import TextReader

LENGTH = 64
TEXTS = ["A fine film.", "", "naïve, really — ok", " two  spaces ", "word " * 500, "a" * 200]


@pytest.fixture(scope="module", params=["gpt2", "bert", "albert"])
def reader(request):
    from small_presets import small_tokenizer

    from kerastl.backbones import TokenPacker

    return TextReader(TokenPacker.of(small_tokenizer(request.param)), LENGTH)


def test_it_reads_what_training_read(reader):
    import tensorflow as tf

    read, packed = reader.read(tf.constant(TEXTS)), reader.packer(TEXTS, LENGTH)
    for name, values in packed.items():
        assert (read[name].numpy() == values.numpy()).all(), name


def test_a_megabyte_is_read_in_seconds(reader):
    import tensorflow as tf

    graph = tf.function(reader.read)
    graph(tf.constant(["warm"]))
    for text in ("x" * 1_000_000, "great " * 160_000, " " * 1_000_000, "é" * 500_000):
        start = time.perf_counter()
        mask = graph(tf.constant([text]))["padding_mask"]
        assert time.perf_counter() - start < 10
        assert mask.shape == (1, LENGTH)


def test_samples_are_one_short_and_one_long_text(reader):
    import tensorflow as tf

    short, long = reader.read(tf.constant(reader.samples()))["padding_mask"].numpy().sum(axis=1)
    assert short < long == LENGTH
