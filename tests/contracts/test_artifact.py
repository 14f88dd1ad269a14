"""What every artifact keeps, whatever the modality, the format and the variant."""

import importlib.util
import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import numpy as np
import pytest

from kerastl.artifacts import Bundle, export_bundle
from tests.contracts.small_exportables import MAKERS, write_items

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
VARIANTS = ("float32", "float16", "dynamic", "int8")
ALLOWED_DIFFERENCE = {"float32": 1e-5, "float16": 5e-3, "dynamic": 0.1, "int8": 0.2}


@pytest.fixture(scope="module", params=list(MAKERS))
def exported(request, tmp_path_factory):
    exportable, held_out, calibration = MAKERS[request.param]()
    target = tmp_path_factory.mktemp(request.param) / "deep" / "bundle"
    bundle = export_bundle(exportable, target, held_out=held_out, calibration=calibration)
    return request.param, exportable, held_out, bundle


def _program(path: str):
    spec = importlib.util.spec_from_file_location(Path(path).stem, ROOT / path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _reference(exportable, held_out):
    inputs = held_out.inputs if len(held_out.inputs) > 1 else next(iter(held_out.inputs.values()))
    return exportable.model.predict(inputs, verbose=0)


def test_every_artifact_is_kept_and_learned(exported):
    _, _, _, bundle = exported
    names = ["saved_model", *(f"tflite/{variant}" for variant in VARIANTS)]
    assert [artifact.name for artifact in bundle.artifacts] == names
    assert all(artifact.kept for artifact in bundle.artifacts), str(bundle)
    assert bundle.model_accuracy >= 0.9
    for artifact in bundle.artifacts:
        assert artifact.agreement >= 0.97
        assert artifact.latency_ms > 0


@pytest.mark.parametrize("variant", VARIANTS)
def test_variant_file(exported, variant):
    from ai_edge_litert.interpreter import Interpreter

    modality, exportable, held_out, bundle = exported
    path = bundle.path(f"tflite/{variant}")
    assert path.stat().st_size == bundle[f"tflite/{variant}"].bytes
    run = Interpreter(model_path=str(path)).get_signature_runner("serving_default")
    inputs = run.get_input_details()
    unread = {"segment_ids": inputs["segment_ids"]["shape"]} if modality == "text" else {}
    assert set(inputs) == {*held_out.inputs, *unread}
    assert list(run.get_output_details()) == ["scores"]
    assert run.get_output_details()["scores"]["dtype"] == np.float32
    if modality == "image":
        assert inputs["pixels"]["dtype"] == (np.uint8 if variant == "int8" else np.float32)
        if variant == "int8":
            assert inputs["pixels"]["quantization"] == (pytest.approx(1.0, abs=1e-6), 0)
    scores = []
    for number in range(len(held_out)):
        fed = {
            name: value[number : number + 1].astype(inputs[name]["dtype"])
            for name, value in held_out.inputs.items()
        }
        fed |= {name: np.zeros(shape, np.int32) for name, shape in unread.items()}
        scores.append(run(**fed)["scores"][0])
    difference = np.abs(np.array(scores) - _reference(exportable, held_out)).max()
    assert difference <= ALLOWED_DIFFERENCE[variant]
    assert difference == pytest.approx(bundle[f"tflite/{variant}"].max_difference, abs=1e-5)


def test_file_is_one_flatbuffer(exported):
    from ai_edge_litert import schema_py_generated as schema

    _, _, _, bundle = exported
    for variant in VARIANTS:
        model = schema.Model.GetRootAs(bundle.path(f"tflite/{variant}").read_bytes())
        buffers = [model.Buffers(number) for number in range(model.BuffersLength())]
        assert all(buffer.Offset() <= 1 for buffer in buffers), variant


def test_saved_model_signatures_and_answers(exported):
    import tensorflow as tf

    modality, exportable, held_out, bundle = exported
    assert bundle["saved_model"].max_difference <= 1e-6
    loaded = tf.saved_model.load(str(bundle.path("saved_model")))
    raw_name = {"image": "image_bytes", "text": "text"}[modality]
    serve = loaded.signatures["serving_default"]
    assert list(serve.structured_input_signature[1]) == [raw_name]
    assert set(serve.structured_outputs) == {"label", "scores", "labels"}
    answer = serve(**{raw_name: tf.constant(held_out.raw[:3])})
    assert answer["labels"].shape == (3, len(exportable.class_names))
    best = _reference(exportable, held_out)[:3].argmax(-1)
    expected = [exportable.class_names[index] for index in best]
    assert [label.decode() for label in answer["label"].numpy()] == expected
    tensors = loaded.signatures["tensors"]
    assert set(tensors.structured_input_signature[1]) == set(held_out.inputs)


def test_saved_model_survives_bad_requests(exported):
    import tensorflow as tf

    modality, _, held_out, bundle = exported
    serve = tf.saved_model.load(str(bundle.path("saved_model"))).signatures["serving_default"]
    if modality == "image":
        for broken in (b"", b"no image", held_out.raw[0][:60], b"\xff\xd8\xff" + b"\0" * 50):
            with pytest.raises(tf.errors.InvalidArgumentError):
                serve(image_bytes=tf.constant([broken]))
    else:
        for text in ("", "\0", "a\0 great film", "great " * 200_000, b"\xff\xfe bad bytes"):
            scores = serve(text=tf.constant([text]))["scores"].numpy()
            assert np.isfinite(scores).all()
            assert scores.sum() == pytest.approx(1.0, abs=1e-4)
    (name,) = serve.structured_input_signature[1]
    assert serve(**{name: tf.constant(held_out.raw[:2])})["scores"].shape[0] == 2


def test_saved_model_weights_are_written_once(exported):
    _, exportable, _, bundle = exported
    data = bundle.path("saved_model") / "variables" / "variables.data-00000-of-00001"
    assert data.stat().st_size <= 4 * exportable.model.count_params() * 1.5 + 20_000


def test_bundle_is_complete_and_readable(exported):
    modality, exportable, _, bundle = exported
    assert Bundle.load(bundle.directory) == bundle
    labels = (bundle.directory / "labels.txt").read_text(encoding="utf-8").splitlines()
    assert labels == list(exportable.class_names)
    told = json.loads((bundle.directory / "kerastl.json").read_text(encoding="utf-8"))
    assert told["preprocessing"]["kind"] == modality
    assert set(told["saved_model"]["signatures"]) == {"serving_default", "tensors"}
    assert set(told["tflite"]) == {f"tflite/{variant}.tflite" for variant in VARIANTS}
    lines = str(bundle).splitlines()
    assert len(lines) == 3 + len(bundle.artifacts)
    leftovers = [p.name for p in bundle.directory.rglob("*") if p.name.startswith((".", "tmp"))]
    assert leftovers == []
    assert [p.name for p in bundle.directory.parent.iterdir()] == [bundle.directory.name]


def test_python_receiver_agrees(exported, tmp_path):
    _, exportable, held_out, bundle = exported
    classify = _program("export/python/classify.py").Classifier
    items = write_items(held_out, tmp_path, 20)
    reference = _reference(exportable, held_out)[:20]
    run = classify(bundle.path("tflite/float32"))
    for item, scores in zip(items, reference, strict=True):
        answer = run(item)
        assert [answer[name] for name in exportable.class_names] == pytest.approx(scores, abs=0.01)


def test_python_receiver_needs_no_tensorflow(exported, tmp_path):
    _, _, held_out, bundle = exported
    (item,) = write_items(held_out, tmp_path, 1)
    code = (
        "import runpy, sys; sys.modules.update(dict.fromkeys(('tensorflow', 'keras', 'kerastl')));"
        f"sys.argv = ['classify', {str(bundle.path('tflite/int8'))!r}, {item!r}];"
        f"runpy.run_path({str(ROOT / 'export/python/classify.py')!r}, run_name='__main__')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split("\t")[1] in bundle.labels


def test_serving_client_asks_what_the_signature_takes(exported, tmp_path):
    import base64

    import tensorflow as tf

    _, _, held_out, bundle = exported
    client = _program("export/serving/client.py")
    serve = tf.saved_model.load(str(bundle.path("saved_model"))).signatures["serving_default"]

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
        request = client.make_request(bundle.directory, write_items(held_out, tmp_path, 3))
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
