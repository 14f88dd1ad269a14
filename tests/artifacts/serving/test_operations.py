import pytest
import tensorflow as tf

from kerastl.artifacts.serving.operations import linked_libraries, served_operations
from kerastl.artifacts.serving.text_operations import TEXT_OPERATIONS


def _save(function, directory, dtype=tf.string):
    module = tf.Module()
    module.serve = tf.function(function, input_signature=[tf.TensorSpec((None,), dtype)])
    tf.saved_model.save(module, str(directory), signatures=module.serve)
    return directory


def test_core_operations_are_fine_on_the_lowest_server(tmp_path):
    operations = served_operations(_save(tf.strings.lower, tmp_path / "m"))
    assert operations.lowest_server == "2.16"
    assert "StringLower" in operations.names
    assert operations.custom == operations.newer == ()
    assert linked_libraries(operations) == []


def test_operations_inside_functions_are_seen(tmp_path):
    def nested(texts):
        return tf.map_fn(lambda text: tf.strings.length(text), texts, fn_output_signature=tf.int32)

    assert "StringLength" in served_operations(_save(nested, tmp_path / "m")).names


def test_linked_text_operations_are_listed(tmp_path):
    import tensorflow_text

    splitter = tensorflow_text.WhitespaceTokenizer()
    saved = _save(lambda texts: splitter.tokenize(texts).to_tensor(), tmp_path / "m")
    operations = served_operations(saved)
    assert operations.custom == ("TFText>WhitespaceTokenizeWithOffsetsV2",)
    assert operations.lowest_server == "2.16"
    libraries = linked_libraries(operations)
    assert len(libraries) == len(TEXT_OPERATIONS)
    assert all(path.is_file() for path in libraries)


def test_every_linked_library_registers_its_operations():
    from tensorflow.python.framework import op_def_registry

    probe = type("Probe", (), {"custom": ("CaseFoldUTF8",)})
    for path in linked_libraries(probe):
        tf.load_op_library(str(path))
    for names in TEXT_OPERATIONS.values():
        assert [name for name in names if op_def_registry.get(name) is None] == []


def test_an_operation_that_servers_lack_is_named(tmp_path):
    import tensorflow_text

    def trim(texts):
        trimmer = tensorflow_text.RoundRobinTrimmer(4)
        (tokens,) = trimmer.trim([tf.strings.bytes_split(texts)])
        return tokens.to_tensor()

    saved = _save(trim, tmp_path / "m")
    with pytest.raises(ValueError, match=r"Received: 'TFText>RoundRobinTrim'"):
        served_operations(saved)


def test_an_operation_newer_than_the_lowest_server_raises_the_version(tmp_path):
    saved = _save(lambda texts: tf.raw_ops.DecodeWebP(contents=texts[0]), tmp_path / "m")
    operations = served_operations(saved)
    assert operations.newer == ("DecodeWebP",)
    assert operations.lowest_server == ".".join(tf.__version__.split(".")[:2])


@pytest.mark.parametrize("draw", [tf.random.uniform, tf.random.normal])
def test_random_numbers_are_refused(tmp_path, draw):
    saved = _save(lambda x: x + draw(tf.shape(x)), tmp_path / "m", tf.float32)
    with pytest.raises(ValueError, match="keep augmentation and dropout out"):
        served_operations(saved)
