"""The C API, with the operations of a server, gives what the model gives."""

import numpy as np
import pytest
import tensorflow as tf

from kerastl.artifacts.serving.operations import linked_libraries, served_operations
from kerastl.artifacts.serving.server_process import ask_as_server, c_library
from kerastl.artifacts.serving.signature import ServedSignature

pytestmark = pytest.mark.slow


def _ask(directory, raw, tmp_path, libraries):
    signature = ServedSignature.read(directory, "serving_default")
    return ask_as_server(directory, signature, raw, libraries, c_library(), tmp_path)


def test_it_answers_as_the_model_does(served, tmp_path):
    exportable, held_out, directory = served
    raw = [item.encode() if isinstance(item, str) else item for item in held_out.raw]
    libraries = linked_libraries(served_operations(directory))
    answer = _ask(directory, raw, tmp_path, libraries)
    inputs = held_out.inputs if len(held_out.inputs) > 1 else next(iter(held_out.inputs.values()))
    expected = exportable.model.predict(inputs, verbose=0)
    assert np.abs(answer.scores - expected).max() <= 1e-6
    assert answer.label == [exportable.class_names[best] for best in expected.argmax(axis=-1)]
    # Neither Python's TensorFlow nor Keras had a part in it.
    assert answer.loaded == []
    assert list(tmp_path.iterdir()) == []


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
    with pytest.raises(RuntimeError, match="WhitespaceTokenizeWithOffsetsV2"):
        _ask(directory, [b"a"], tmp_path, [])
