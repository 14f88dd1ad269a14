"""Errors of TensorFlow's C API. Its scores are compared in tests/contracts/test_artifact.py."""

import pytest
import tensorflow as tf

from kerastl.artifacts.serving.server_process import ask_as_server, c_library
from kerastl.artifacts.serving.signature import ServedSignature

pytestmark = pytest.mark.slow


def test_an_operation_that_is_not_linked_is_an_error(tmp_path):
    import tensorflow_text

    module = tf.Module()
    splitter = tensorflow_text.WhitespaceTokenizer()
    module.serve = tf.function(
        lambda text: {"scores": splitter.tokenize(text).to_tensor(), "label": text},
        input_signature=[tf.TensorSpec((None,), tf.string, name="text")],
    )
    directory = tmp_path / "saved_model"
    tf.saved_model.save(module, str(directory), signatures=module.serve)
    signature = ServedSignature.read(directory, "serving_default")
    with pytest.raises(RuntimeError, match="WhitespaceTokenizeWithOffsetsV2"):
        ask_as_server(directory, signature, [b"a"], [], c_library(), tmp_path)
