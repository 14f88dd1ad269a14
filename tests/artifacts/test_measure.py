"""A task of its own kind is exported by giving it a measure."""

from pathlib import Path

import keras
import numpy as np
import pytest

from kerastl.artifacts import Exportable, HeldOut, Measure, export_bundle
from kerastl.artifacts.comparison import Reference


class Closeness(Measure):
    """Numbers, compared by their distance."""

    name = "closeness"
    agreement_means = "examples within a tenth of the model's number"
    score_means = "A number."

    def check(self, shape, class_names):
        assert shape[-1] == 1

    def metric(self, scores, labels):
        return float(1 - np.abs(scores - labels).mean())

    def agreement(self, scores, reference):
        return float((np.abs(scores - reference) < 0.1).mean())

    def counts(self, labels, class_names):
        return {"numbers": len(labels)}


class Reader:
    """Numbers written as text."""

    input_name = "text"

    def read(self, raw):
        import tensorflow as tf

        return {"number": tf.strings.to_number(raw)[:, None]}

    def read_each(self, raw):
        import tensorflow as tf

        return self.read(raw), tf.fill(tf.shape(raw), "")

    def input_errors(self, inputs):
        import tensorflow as tf

        return tf.fill(tf.shape(inputs["number"])[:1], "")

    def places(self, raw):
        return {}

    def samples(self):
        return [b"1.5"]

    def trackables(self):
        return []

    def describe(self):
        return {"kind": "number"}

    def save(self, directory):
        pass


@pytest.fixture
def exportable():
    keras.utils.set_random_seed(0)
    number = keras.Input((1,), name="number")
    hidden = keras.layers.Dense(4, activation="tanh")(number)
    model = keras.Model(number, keras.layers.Dense(1)(hidden))
    return Exportable("numbers", model, (), Reader(), measure=Closeness())


def test_a_measure_is_required(exportable):
    with pytest.raises(TypeError, match="measure"):
        Exportable("numbers", exportable.model, (), Reader())


@pytest.mark.slow
def test_a_bundle_shows_the_tasks_own_metric(exportable, tmp_path):
    numbers = np.linspace(-1, 1, 40, dtype="float32")[:, None]
    labels = exportable.model.predict(numbers, verbose=0) + 0.25
    held_out = HeldOut({"number": numbers}, labels, [repr(float(x[0])) for x in numbers])
    bundle = export_bundle(
        exportable, tmp_path / "out", held_out=held_out, quantize=("float32", "float16")
    )
    assert bundle.model_accuracy == pytest.approx(0.75, abs=1e-5)
    assert bundle["tflite/float32"].agreement == 1.0
    assert "closeness of the model 0.750" in str(bundle)
    card = (tmp_path / "out" / "README.md").read_text()
    assert "a tenth of the model's number" in card
    assert 'number = np.zeros((1, 1), "float32")' in card


def test_a_file_with_a_worse_metric_is_refused():
    scores = np.zeros((10, 1))
    reference = Reference(scores, scores, Closeness(), max_drop=0.01)
    worse = reference.compare("tflite/int8", Path("x"), 1, scores + 0.02, 1.0)
    assert worse.decision.startswith("refused: closeness falls by 0.0200")
    assert reference.compare("tflite/int8", Path("x"), 1, scores + 0.005, 1.0).kept
