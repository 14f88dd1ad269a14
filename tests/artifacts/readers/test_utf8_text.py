import pytest
import tensorflow as tf

from kerastl.artifacts.readers.utf8_text import utf8_texts

GRAPH = tf.function(utf8_texts, [tf.TensorSpec((None,), tf.string)])


@pytest.mark.parametrize("run", [utf8_texts, GRAPH])
def test_valid_texts_are_unchanged(run):
    given = ["naïve \ufffd", "\ufeffmark", "🎬 \0", "", "a\r\nb", "\U0010ffff"]
    texts, errors = run(tf.constant(given))
    assert [text.decode() for text in texts.numpy()] == given
    assert set(errors.numpy()) == {b""}
    assert [each.shape for each in run(tf.constant([], tf.string))] == [(0,), (0,)]


@pytest.mark.parametrize("run", [utf8_texts, GRAPH])
@pytest.mark.parametrize(
    "broken", [b"caf\xe9", b"\xed\xa0\xbd half a pair", b"\xf4\x90\x80\x80", b"\xc0\x80"]
)
def test_others_have_an_error_of_their_own(run, broken):
    texts, errors = run(tf.constant([b"fine", broken, b"good", broken]))
    assert texts.numpy().tolist() == [b"fine", b"", b"good", b""]
    assert ["UTF-8" in error.decode() for error in errors.numpy()] == [False, True, False, True]
