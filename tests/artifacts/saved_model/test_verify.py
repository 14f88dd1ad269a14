"""What the proof of a SavedModel catches, and what kerastl.json says of it."""

import json
from dataclasses import replace

import numpy as np
import pytest

from kerastl.artifacts import export_bundle
from kerastl.artifacts.comparison import Reference
from kerastl.artifacts.saved_model import verify as saved_model_file
from kerastl.artifacts.saved_model.verify import make_saved_model

pytestmark = pytest.mark.slow


def test_a_bundle_that_replaces_another_has_the_next_version(small_image, tmp_path):
    exportable, held_out, _ = small_image
    for version in (1, 2):
        bundle = export_bundle(
            exportable, tmp_path / "bundle", held_out=held_out, formats=("saved_model",),
            overwrite=True,
        )  # fmt: skip
        served = bundle.directory / "saved_model"
        # The directory is what a server mounts: it holds versions and nothing else.
        assert [path.name for path in served.iterdir()] == [str(version)]
        assert bundle.path("saved_model") == served / str(version)
    told = json.loads((bundle.directory / "kerastl.json").read_text(encoding="utf-8"))
    assert told["saved_model"]["version"] == 2
    serving = told["saved_model"]["serving"]
    assert serving["lowest_server"] == "2.16"
    assert serving["custom_operations"] == serving["newer_operations"] == []
    assert {"DecodeImage", "Conv2D", "Softmax"} <= set(serving["operations"])
    assert serving["asked_through_c_api"] == 32
    assert serving["warm_up_requests"] == 5
    for path in serving["requests"].values():
        assert (bundle.directory / path).is_file()


def test_an_operation_that_no_server_links_fails_the_export(small_image, tmp_path):
    import keras
    import tensorflow as tf
    import tensorflow_text

    class Trimmed(keras.layers.Layer):
        def call(self, inputs):
            rows = tf.RaggedTensor.from_tensor(tf.cast(inputs[:, 0, :, 0], tf.int32))
            (kept,) = tensorflow_text.RoundRobinTrimmer(3).trim([rows])
            return tf.cast(kept.to_tensor(shape=[None, 3]), tf.float32)

        def compute_output_shape(self, shape):
            return (shape[0], 3)

    exportable, held_out, _ = small_image
    inputs = keras.Input((32, 32, 3), name="pixels")
    model = keras.Model(inputs, keras.layers.Dense(3, activation="softmax")(Trimmed()(inputs)))
    with pytest.raises(ValueError, match=r"Received: 'TFText>RoundRobinTrim' in the graph"):
        export_bundle(
            replace(exportable, model=model), tmp_path / "bundle", held_out=held_out,
            formats=("saved_model",),
        )  # fmt: skip
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_computes_something_else_is_an_error(small_image, tmp_path, monkeypatch):
    import keras

    exportable, held_out, _ = small_image
    other = keras.models.clone_model(exportable.model)
    other.set_weights([weight * 1.01 for weight in exportable.model.get_weights()])

    def write_other(given, directory):
        write(replace(given, model=other), directory)

    write = saved_model_file.write_saved_model
    monkeypatch.setattr(saved_model_file, "write_saved_model", write_other)
    scores = exportable.model.predict(held_out.inputs["pixels"], verbose=0)
    reference = Reference(scores, np.asarray(held_out.labels), 0.01)
    with pytest.raises(RuntimeError, match="does not compute what the model does"):
        make_saved_model(exportable, tmp_path, held_out, reference)
