"""Options of an export, bounds, and errors that leave nothing behind."""

from dataclasses import replace

import numpy as np
import pytest

from kerastl.artifacts import (
    Bundle,
    Exportable,
    HeldOut,
    ImageReader,
    RefusedError,
    export_bundle,
)
from kerastl.artifacts.litert import variants
from kerastl.artifacts.litert.graph import Graph, Kind
from kerastl.tasks.classification.measure import ClassificationMeasure
from tests.contracts.small_exportables import text_exportable


def _export(small_image, target, **options):
    exportable, held_out, calibration = small_image
    given = {"held_out": held_out, "calibration": calibration, **options}
    return export_bundle(exportable, target, **given)


def _rescaled(examples: HeldOut, factor: float, shift: float = 0.0) -> HeldOut:
    inputs = {
        name: (values * factor + shift).astype("float32")
        for name, values in examples.inputs.items()
    }
    return replace(examples, inputs=inputs)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"formats": ("saved_modle",)}, "Did you mean 'saved_model'"),
        ({"quantize": ("float23",)}, "Did you mean 'float32'"),
        ({"quantize": ("int8", "xyz")}, "Unknown quantization"),
        ({"formats": "tflite"}, "list or tuple"),
        ({"formats": ()}, "At least one"),
        ({"calibration": None}, "pass calibration="),
        ({"max_drop": 1.5}, r"a number in \[0, 1\][\s\S]*max_drop=1.5"),
        ({"min_agreement": float("nan")}, "min_agreement=nan"),
        ({"on_refused": "rais"}, "Did you mean 'raise'"),
        ({"check_server": True, "formats": ("onnx",)}, "add 'saved_model' to formats"),
        ({"max_pixels": 0}, r"`max_pixels` must be a whole number[\s\S]*max_pixels=0"),
        ({"max_examples": 2.5}, r"`max_examples` must be a whole number[\s\S]*max_examples=2.5"),
    ],
)
def test_bad_options_are_named_before_any_work(small_image, tmp_path, options, message):
    with pytest.raises(ValueError, match=message):
        _export(small_image, tmp_path / "bundle", **options)
    assert list(tmp_path.iterdir()) == []


def test_texts_have_no_limit_of_pixels(tmp_path):
    with pytest.raises(ValueError, match=r"this model reads texts[\s\S]*max_pixels=100"):
        _export(text_exportable(), tmp_path / "bundle", max_pixels=100)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("factor", "shift"), [(1 / 255, 0), (1 / 127.5, -1), (255.0, 0), (0.0, 0), (1.0, -127.5)]
)
def test_calibration_on_another_scale_is_caught(small_image, tmp_path, factor, shift):
    calibration = _rescaled(small_image[2], factor, shift)
    with pytest.raises(ValueError, match=r"another scale[\s\S]*Received: values from"):
        _export(small_image, tmp_path / "bundle", calibration=calibration)
    assert list(tmp_path.iterdir()) == []


def test_all_examples_on_a_wrong_scale_are_caught(small_image, tmp_path):
    for factor, shift in ((1 / 255, 0), (1 / 127.5, -1)):
        held_out, calibration = (_rescaled(part, factor, shift) for part in small_image[1:])
        with pytest.raises(ValueError, match=r"values from 0 to 255[\s\S]*Received: pixels from"):
            _export(small_image, tmp_path / "bundle", held_out=held_out, calibration=calibration)


def ruin(content, observation):
    graph = Graph(content)
    for operator in graph.of_kinds(Kind.FULLY_CONNECTED):
        zeros = np.zeros_like(graph.constant(operator.inputs[1]))
        operator.inputs[1] = graph.add_constant("zeros", zeros)
    return graph.to_bytes()


@pytest.fixture
def ruined(monkeypatch):
    """float16 and dynamic files that predict nothing."""
    for name in ("float16", "dynamic"):
        monkeypatch.setitem(variants.VARIANTS, name, (variants.Candidate("ruined", ruin),))


@pytest.mark.usefixtures("ruined")
def test_a_bad_variant_that_was_asked_for_is_an_error_with_the_bundle(small_image, tmp_path):
    target = tmp_path / "bundle"
    options = {"formats": ("tflite",), "quantize": ("float32", "float16", "dynamic")}
    with pytest.raises(RefusedError, match="missed a bound") as caught:
        _export(small_image, target, **options)
    bundle = caught.value.bundle
    assert [row.name for row in caught.value.refused] == ["tflite/float16", "tflite/dynamic"]
    assert "Received: tflite/float16 refused: accuracy falls by" in str(caught.value)
    assert bundle["tflite/float32"].kept
    assert bundle["tflite/weight_only"].candidate.endswith(", in place of dynamic")
    kept = ["float32.tflite", "weight_only.tflite"]
    assert sorted(path.name for path in (target / "tflite").iterdir()) == kept
    assert Bundle.load(target) == bundle
    with pytest.raises(ValueError, match="was not written"):
        bundle.path("tflite/float16")
    with pytest.raises(ValueError, match="Did you mean 'tflite/float32'"):
        bundle["tflite/float3"]


@pytest.mark.usefixtures("ruined")
@pytest.mark.parametrize(
    ("options", "refused"),
    [
        ({}, []),
        ({"on_refused": "raise"}, ["tflite/float16", "tflite/dynamic"]),
        ({"quantize": ("float16",), "on_refused": "report"}, []),
        ({"quantize": "auto", "calibration": None}, []),
        # What was made in another's place was not asked for.
        ({"quantize": ("dynamic",), "calibration": None}, ["tflite/dynamic"]),
    ],
)
def test_which_refused_files_are_errors(options, refused, small_image, tmp_path):
    options = {"formats": ("tflite",), **options}
    if not refused:
        bundle = _export(small_image, tmp_path / "bundle", **options)
    else:
        with pytest.raises(RefusedError) as caught:
            _export(small_image, tmp_path / "bundle", **options)
        bundle = caught.value.bundle
        assert [row.name for row in caught.value.refused] == refused
    assert Bundle.load(tmp_path / "bundle") == bundle


def test_dynamic_needs_no_calibration(small_image, tmp_path):
    options = {"formats": ("tflite",), "quantize": ("dynamic",), "calibration": None}
    bundle = _export(small_image, tmp_path / "bundle", **options)
    assert [artifact.name for artifact in bundle.artifacts] == ["tflite/dynamic"]
    assert bundle["tflite/dynamic"].kept


def test_auto_without_calibration_rounds_weights_only(small_image, tmp_path):
    options = {"formats": ("tflite",), "quantize": "auto", "calibration": None}
    bundle = _export(small_image, tmp_path / "bundle", **options)
    names = [artifact.name for artifact in bundle.artifacts]
    assert names == ["tflite/float32", "tflite/weight_only"]


def test_no_bound_keeps_what_the_bounds_refuse(small_image, tmp_path, monkeypatch):
    def turn(content, observation):
        """Give every class the score of the next one."""
        graph = Graph(content)
        (dense,) = graph.of_kinds(Kind.FULLY_CONNECTED)
        for place in (1, 2):
            turned = np.roll(graph.constant(dense.inputs[place]), 1, axis=0)
            dense.inputs[place] = graph.add_constant("turned", turned)
        return graph.to_bytes()

    for name in ("float16", "float32"):
        candidates = (variants.Candidate("turned", turn),)
        monkeypatch.setitem(variants.VARIANTS, name, candidates)
    options = {"formats": ("tflite",), "quantize": ("float16",), "calibration": None}
    options["on_refused"] = "report"
    refused = _export(small_image, tmp_path / "one", max_drop=None, **options)
    assert [a.name for a in refused.artifacts] == ["tflite/float16", "tflite/float32"]
    assert all("agreement 0.0" in a.decision for a in refused.artifacts)
    assert list((tmp_path / "one" / "tflite").iterdir()) == []
    bounds = {"max_drop": None, "min_agreement": None}
    (kept,) = _export(small_image, tmp_path / "two", **bounds, **options).artifacts
    assert kept.kept
    assert kept.accuracy < 0.2


def test_overwrite_takes_an_earlier_bundle_only(small_image, tmp_path):
    options = {"formats": ("tflite",), "quantize": ("float32",), "calibration": None}
    target = tmp_path / "bundle"
    target.mkdir()
    _export(small_image, target, **options)
    with pytest.raises(FileExistsError, match="overwrite=True"):
        _export(small_image, target, **options)
    (target / "stale.txt").write_text("x")
    _export(small_image, target, overwrite=True, **options)
    assert not (target / "stale.txt").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["bundle"]
    other = tmp_path / "thesis"
    other.mkdir()
    (other / "chapter.txt").write_text("x")
    with pytest.raises(FileExistsError, match="not a bundle"):
        _export(small_image, other, overwrite=True, **options)
    assert (other / "chapter.txt").read_text() == "x"


def test_labels_must_fit_the_model(small_image):
    exportable = small_image[0]
    with pytest.raises(ValueError, match="gives 3 scores"):
        replace(exportable, class_names=("a", "b"))
    with pytest.raises(ValueError, match="one line"):
        replace(exportable, class_names=("a", "b\nc", "d"))


@pytest.mark.slow
def test_an_operator_that_litert_lacks_is_named(small_image, tmp_path):
    import keras
    import tensorflow as tf

    class Determinant(keras.layers.Layer):
        def call(self, inputs):
            return tf.linalg.det(inputs[:, :3, :3, :]) + 1.0

        def compute_output_shape(self, shape):
            return (shape[0], 3)

    exportable, held_out, _ = small_image
    inputs = keras.Input((32, 32, 3), name="pixels")
    outputs = keras.layers.Dense(3, activation="softmax")(Determinant()(inputs))
    model = keras.Model(inputs, outputs)
    with pytest.raises(ValueError, match=r"LiteRT cannot express.*MatrixDeterminant"):
        export_bundle(
            replace(exportable, model=model), tmp_path / "bundle", held_out=held_out,
            formats=("tflite",), quantize=("float32",),
        )  # fmt: skip
    assert list(tmp_path.iterdir()) == []


@pytest.mark.both_backends
def test_other_backends_are_told_what_to_do(tmp_path, monkeypatch):
    import keras

    if keras.backend.backend() == "tensorflow":
        # The suite's run on JAX has a real other backend.
        monkeypatch.setattr(keras.backend, "backend", lambda: "jax")
    inputs = keras.Input((4, 4, 3), name="pixels")
    outputs = keras.layers.Dense(2, activation="softmax")(keras.layers.Flatten()(inputs))
    exportable = Exportable(
        "image_classification", keras.Model(inputs, outputs), ("a", "b"), ImageReader((4, 4)),
        measure=ClassificationMeasure(),
    )  # fmt: skip
    held_out = HeldOut({"pixels": np.zeros((1, 4, 4, 3))}, np.zeros(1, int), [b""])
    with pytest.raises(RuntimeError, match=r"KERAS_BACKEND=tensorflow[\s\S]*backend 'jax'"):
        export_bundle(exportable, tmp_path / "bundle", held_out=held_out)
    assert list(tmp_path.iterdir()) == []
