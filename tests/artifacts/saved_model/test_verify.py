"""Wrong SavedModels that the export refuses, and the entry in kerastl.json."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from kerastl.artifacts import export_bundle
from kerastl.artifacts.comparison import Reference
from kerastl.artifacts.formats import saved_model
from kerastl.artifacts.saved_model import verify
from kerastl.artifacts.saved_model.clean_process import CleanAnswer
from kerastl.artifacts.saved_model.verify import check_as_server, check_same_model
from tests.contracts.small_bundles import small_bundle

pytestmark = pytest.mark.slow


def test_a_bundle_that_replaces_another_has_the_next_version(tmp_path, monkeypatch):
    small = small_bundle("image")
    directory = shutil.copytree(small.bundle.directory, tmp_path / "bundle")
    assert [path.name for path in (directory / "saved_model").iterdir()] == ["1"]
    # Only check_server=True starts TensorFlow's C library.
    monkeypatch.delattr(verify, "ask_as_server")
    bundle = export_bundle(
        small.exportable, directory, held_out=small.held_out, formats=("saved_model",),
        max_pixels=2_000, max_examples=32, overwrite=True,
    )  # fmt: skip
    served = bundle.directory / "saved_model"
    # A server mounts this directory: it holds versions and nothing else.
    assert [path.name for path in served.iterdir()] == ["2"]
    assert bundle.path("saved_model") == served / "2"
    told = json.loads((bundle.directory / "kerastl.json").read_text(encoding="utf-8"))
    assert told["saved_model"]["version"] == 2
    serving = told["saved_model"]["serving"]
    assert serving["lowest_server"] == "2.16"
    assert serving["max_examples"] == 32
    assert told["preprocessing"]["max_pixels"] == 2_000
    card = (bundle.directory / "README.md").read_text(encoding="utf-8")
    assert "at most 2,000 pixels" in card
    assert "at most 32 examples" in card
    assert serving["custom_operations"] == serving["newer_operations"] == []
    assert {"DecodeImage", "Conv2D", "Softmax"} <= set(serving["operations"])
    assert serving["asked_through_c_api"] == 0
    assert serving["warm_up_requests"] == 5
    for path in serving["requests"].values():
        assert (bundle.directory / path).is_file()


def test_a_held_out_example_without_an_answer_fails_the_export():
    small = small_bundle("image")
    errors = ["", "The image must have at most 1,999 pixels", ""]
    answer = CleanAnswer(small.scores, small.scores, [], [], errors, 1.0, {})
    reference = Reference(small.scores, small.held_out.labels, small.exportable.measure, None)
    with pytest.raises(RuntimeError, match=r"pass `max_pixels`[\s\S]*1 of 3.*at most 1,999 pixels"):
        check_same_model(small.exportable, small.held_out, reference, answer)


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (slice(None), None),
        (slice(None, None, -1), r"reads raw input differently[\s\S]*Received: \d+ of 60 examples"),
    ],
)
def test_raw_examples_must_be_the_prepared_ones(raw, message):
    small = small_bundle("image")
    answer = CleanAnswer(small.scores[raw], small.scores, [], [], [], 1.0, {})
    labels, measure = small.held_out.labels, small.exportable.measure
    reference = Reference(small.scores, labels, measure, None)
    if message is None:
        check_same_model(small.exportable, small.held_out, reference, answer)
        return
    with pytest.raises(RuntimeError, match=message):
        check_same_model(small.exportable, small.held_out, reference, answer)


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


@pytest.mark.parametrize(("off", "passes"), [(0.0, True), (1e-5, False), (np.nan, False)])
def test_other_scores_in_the_c_library_are_an_error(small_image, monkeypatch, off, passes):
    held_out, anywhere = small_image[1], Path("anywhere")
    scores = np.full((len(held_out), 3), 1 / 3)
    served = SimpleNamespace(scores=scores[:32] + off)
    monkeypatch.setattr(verify, "ask_as_server", lambda *arguments: served)
    answer = SimpleNamespace(scores=scores)
    if passes:
        assert check_as_server(anywhere, None, [], held_out, answer, anywhere) == 32
        return
    with pytest.raises(RuntimeError, match="different scores in TensorFlow's C API"):
        check_as_server(anywhere, None, [], held_out, answer, anywhere)


def test_a_tensorflow_without_the_c_library_is_named(small_image, tmp_path, monkeypatch):
    exportable, held_out, calibration = small_image
    monkeypatch.setattr(saved_model, "c_library", lambda: None)
    with pytest.raises(RuntimeError, match=r"leave check_server out[\s\S]*check_server=True$"):
        export_bundle(
            exportable, tmp_path / "bundle", held_out=held_out, calibration=calibration,
            check_server=True,
        )  # fmt: skip
    assert list(tmp_path.iterdir()) == []
