import pytest
import tensorflow as tf

from kerastl.artifacts.readers.utf8_text import utf8_text

GRAPH = tf.function(utf8_text, [tf.TensorSpec((None,), tf.string)])


@pytest.mark.parametrize("run", [utf8_text, GRAPH])
def test_valid_texts_are_unchanged(run):
    texts = ["naïve \ufffd", "\ufeffmark", "🎬 \0", "", "a\r\nb", "\U0010ffff"]
    assert [text.decode() for text in run(tf.constant(texts)).numpy()] == texts
    assert run(tf.constant([], tf.string)).shape == (0,)


@pytest.mark.parametrize("run", [utf8_text, GRAPH])
@pytest.mark.parametrize(
    "broken", [b"caf\xe9", b"\xed\xa0\xbd half a pair", b"\xf4\x90\x80\x80", b"\xc0\x80"]
)
def test_others_are_refused_by_position(run, broken):
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"(?s)UTF-8. Received: .*1,? 3"):
        run(tf.constant([b"fine", broken, b"good", broken]))
