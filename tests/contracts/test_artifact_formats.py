"""Demands on the files of one format, beyond those on every file in `test_artifact.py`."""

import base64
import importlib.util
import json
import subprocess
import sys
import threading
from functools import cache
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import numpy as np
import pytest

from tests.contracts.small_bundles import small_bundle
from tests.contracts.small_exportables import MAKERS, write_items
from tests.contracts.test_artifact import ALLOWED_DIFFERENCE, FILES

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(params=list(MAKERS))
def exported(request):
    return small_bundle(request.param)


def _described(bundle):
    return json.loads((bundle.directory / "kerastl.json").read_text(encoding="utf-8"))


def _program(path):
    spec = importlib.util.spec_from_file_location(Path(path).stem, ROOT / path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# LiteRT


@pytest.mark.parametrize(("modality", "name"), [file for file in FILES if "tflite" in file[1]])
def test_a_litert_file_takes_what_its_signature_states(modality, name):
    """Read by the interpreter itself, without a line of kerastl."""
    from ai_edge_litert.interpreter import Interpreter

    small = small_bundle(modality)
    run = Interpreter(model_path=str(small.bundle.path(name))).get_signature_runner(
        "serving_default"
    )
    inputs, outputs = run.get_input_details(), run.get_output_details()
    unread = {"segment_ids": inputs["segment_ids"]["shape"]} if modality == "text" else {}
    assert set(inputs) == {*small.held_out.inputs, *unread}
    assert list(outputs) == ["scores"]
    if name == "tflite/int8_io":
        assert (inputs["pixels"]["dtype"], outputs["scores"]["dtype"]) == (np.int8, np.int8)
        return
    assert outputs["scores"]["dtype"] == np.float32
    if modality == "image":
        assert inputs["pixels"]["dtype"] == (np.uint8 if name == "tflite/int8" else np.float32)
    if modality == "image" and name == "tflite/int8":
        assert inputs["pixels"]["quantization"] == (pytest.approx(1.0, abs=1e-6), 0)
        told = _described(small.bundle)["tflite"]["tflite/int8.tflite"]["inputs"]["pixels"]
        assert (told["dtype"], told["zero_point"]) == ("uint8", 0)
        assert told["scale"] == pytest.approx(1.0, abs=1e-6)
    for number in range(len(small.held_out)):
        fed = {
            key: value[number : number + 1].astype(inputs[key]["dtype"])
            for key, value in small.held_out.inputs.items()
        }
        fed |= {key: np.zeros(shape, np.int32) for key, shape in unread.items()}
        difference = np.abs(run(**fed)["scores"][0] - small.scores[number]).max()
        assert difference <= ALLOWED_DIFFERENCE[name]


@pytest.mark.parametrize(("modality", "name"), [file for file in FILES if "tflite" in file[1]])
def test_a_litert_file_is_one_flatbuffer(modality, name):
    from ai_edge_litert import schema_py_generated as schema

    model = schema.Model.GetRootAs(small_bundle(modality).bundle.path(name).read_bytes())
    buffers = [model.Buffers(number) for number in range(model.BuffersLength())]
    assert all(buffer.Offset() <= 1 for buffer in buffers)


@cache
def _receiver():
    return _program("export/python/classify.py").Classifier


def test_the_python_receiver_agrees(exported, tmp_path):
    items = write_items(exported.held_out, tmp_path, 20)
    run = _receiver()(exported.bundle.path("tflite/float32"))
    for item, scores in zip(items, exported.scores, strict=False):
        answer = run(item)
        given = [answer[name] for name in exported.exportable.class_names]
        assert given == pytest.approx(scores, abs=0.01)


def test_the_python_receiver_reads_int8_in_and_out():
    small = small_bundle("image")
    assert "not for MediaPipe" in small.bundle["tflite/int8_io"].candidate
    run = _receiver()(small.bundle.path("tflite/int8_io"))
    for raw, label in zip(small.held_out.raw[:6], small.held_out.labels, strict=False):
        answer = run(raw)
        assert next(iter(answer)) == small.exportable.class_names[label]
        assert sum(answer.values()) == pytest.approx(1.0, abs=0.02)


def test_the_python_receiver_needs_no_tensorflow(exported, tmp_path):
    bundle = exported.bundle
    (item,) = write_items(exported.held_out, tmp_path, 1)
    code = (
        "import runpy, sys; sys.modules.update(dict.fromkeys(('tensorflow', 'keras', 'kerastl')));"
        f"sys.argv = ['classify', {str(bundle.path('tflite/int8'))!r}, {item!r}];"
        f"runpy.run_path({str(ROOT / 'export/python/classify.py')!r}, run_name='__main__')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split("\t")[1] in bundle.labels


# SavedModel


def test_saved_model_signatures_and_answers(exported):
    import tensorflow as tf

    exportable, held_out = exported.exportable, exported.held_out
    assert set(_described(exported.bundle)["saved_model"]["signatures"]) == {
        "serving_default",
        "strict",
        "tensors",
    }
    raw_name = {"image": "image_bytes", "text": "text"}[exported.modality]
    serve = exported.signatures["serving_default"]
    assert list(serve.structured_input_signature[1]) == [raw_name]
    assert set(serve.structured_outputs) == {"label", "scores", "labels", "error"}
    assert set(exported.signatures["strict"].structured_outputs) == {"label", "scores", "labels"}
    answer = serve(**{raw_name: tf.constant(held_out.raw[:3])})
    assert answer["labels"].shape == (3, len(exportable.class_names))
    expected = [exportable.class_names[index] for index in exported.scores[:3].argmax(-1)]
    assert [label.decode() for label in answer["label"].numpy()] == expected
    tensors = exported.signatures["tensors"]
    assert set(tensors.structured_input_signature[1]) == set(held_out.inputs)


def test_saved_model_survives_bad_requests(exported):
    import tensorflow as tf

    held_out, serve = exported.held_out, exported.signatures["serving_default"]
    strict = exported.signatures["strict"]
    if exported.modality == "image":
        for broken in (b"", b"no image", held_out.raw[0][:60], b"\xff\xd8\xff" + b"\0" * 50):
            with pytest.raises(tf.errors.InvalidArgumentError, match=r"must be a JPEG|decoded"):
                strict(image_bytes=tf.constant([broken]))
    else:
        with pytest.raises(tf.errors.InvalidArgumentError, match="encoded in UTF-8"):
            strict(text=tf.constant([b"\xff\xfe bad bytes"]))
        for text in ("", "\0", "a\0 great film", "great " * 200_000):
            scores = serve(text=tf.constant([text]))["scores"].numpy()
            assert np.isfinite(scores).all()
            assert scores.sum() == pytest.approx(1.0, abs=1e-4)
    (name,) = serve.structured_input_signature[1]
    assert serve(**{name: tf.constant(held_out.raw[:2])})["scores"].shape[0] == 2


def test_saved_model_weights_are_written_once(exported):
    data = exported.bundle.path("saved_model") / "variables" / "variables.data-00000-of-00001"
    assert data.stat().st_size <= 4 * exported.exportable.model.count_params() * 1.5 + 20_000


def test_the_c_library_answers_as_the_model_does(exported):
    """Loaded with the operations of a server: neither TensorFlow's Python nor Keras took part."""
    answer, count = exported.server_answer, len(exported.server_answer.scores)
    assert _described(exported.bundle)["saved_model"]["serving"]["asked_through_c_api"] == count
    assert count == 32
    assert np.abs(answer.scores - exported.scores[:count]).max() <= 1e-6
    best = exported.scores[:count].argmax(axis=-1)
    assert answer.label == [exported.exportable.class_names[index] for index in best]
    assert answer.loaded == []


def test_serving_client_asks_what_the_signature_takes(exported, tmp_path):
    import tensorflow as tf

    bundle, serve = exported.bundle, exported.signatures["serving_default"]
    client = _program("export/serving/client.py")

    class Server(BaseHTTPRequestHandler):
        """Decodes a request as TensorFlow Serving's REST interface documents it."""

        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            (name,) = serve.structured_input_signature[1]
            values = [instance[name] for instance in body["instances"]]
            values = [base64.b64decode(v["b64"]) if isinstance(v, dict) else v for v in values]
            answer = serve(**{name: tf.constant(values)})
            rows = [
                {"label": label.decode(), "scores": scores.tolist()}
                for label, scores in zip(
                    answer["label"].numpy(), answer["scores"].numpy(), strict=True
                )
            ]
            self.send_response(200 if self.path == "/v1/models/classifier:predict" else 404)
            self.end_headers()
            self.wfile.write(json.dumps({"predictions": rows}).encode())

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        items = write_items(exported.held_out, tmp_path, 3)
        request = client.make_request(bundle.directory, items)
        address = f"http://127.0.0.1:{server.server_port}"
        answers = client.ask(address, "classifier", request)
        assert [answer["label"] in bundle.labels for answer in answers] == [True] * 3
        with pytest.raises(SystemExit, match="refused"):
            client.ask(address, "other", request)
    finally:
        server.shutdown()
        server.server_close()
    with pytest.raises(SystemExit, match="No server"):
        client.ask(address, "classifier", request, timeout=2)


# ONNX


def test_an_onnx_file_takes_batches_of_any_size_and_describes_itself(exported):
    import onnxruntime

    session = onnxruntime.InferenceSession(exported.bundle.path("onnx"))
    inputs = {name: values[:7] for name, values in exported.held_out.inputs.items()}
    (scores,) = session.run(["scores"], inputs)
    np.testing.assert_allclose(scores, exported.scores[:7], atol=1e-5)
    told = session.get_modelmeta().custom_metadata_map
    assert json.loads(told["kerastl.json"])["labels"] == list(exported.exportable.class_names)
    described = _described(exported.bundle)["onnx"]["inputs"]
    expected = {
        "image": {"pixels": {"shape": [None, 32, 32, 3], "dtype": "float"}},
        "text": {
            "token_ids": {"shape": [None, None], "dtype": "int32"},
            "padding_mask": {"shape": [None, None], "dtype": "int32"},
        },
    }
    assert described == expected[exported.modality]
