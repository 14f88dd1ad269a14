"""Demands on every exported file, for each modality, format and variant."""

import base64
import errno
import hashlib
import importlib.util
import json
import re
import resource
import subprocess
import sys
import threading
from functools import cache
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import numpy as np
import pytest

from kerastl.artifacts import Bundle, Exportable, export_bundle
from kerastl.artifacts.formats.registry import DEFAULT_FORMATS, FORMATS, export_format
from tests.contracts.small_bundles import VARIANTS, small_bundle
from tests.contracts.small_exportables import MAKERS, write_items

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
ALLOWED_DIFFERENCE = {
    "saved_model": 1e-6,
    "tflite/float32": 1e-5,
    "tflite/float16": 5e-3,
    "tflite/dynamic": 0.1,
    "tflite/int8": 0.2,
    "tflite/int8_io": 0.2,
    "onnx": 1e-5,
}
FILES = [
    (modality, name)
    for modality in MAKERS
    for format in FORMATS
    for name in (
        [f"tflite/{variant}" for variant in VARIANTS[modality]] if format == "tflite" else [format]
    )
]


@pytest.fixture(params=list(MAKERS))
def exported(request):
    return small_bundle(request.param)


@pytest.fixture(params=list(FORMATS))
def format(request):
    return export_format(request.param)


def _described(bundle):
    return json.loads((bundle.directory / "kerastl.json").read_text(encoding="utf-8"))


def _program(path):
    spec = importlib.util.spec_from_file_location(Path(path).stem, ROOT / path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# Every format


def test_the_table_lists_each_format_under_its_own_name():
    assert list(FORMATS) == [export_format(name).name for name in FORMATS]
    assert set(DEFAULT_FORMATS) < set(FORMATS)


def test_every_file_has_a_row_in_the_report(exported):
    names = [name for modality, name in FILES if modality == exported.modality]
    assert [artifact.name for artifact in exported.bundle.artifacts] == names
    assert exported.bundle.model_accuracy >= 0.9


@pytest.mark.parametrize(("modality", "name"), FILES)
def test_a_file_is_written_and_listed(modality, name):
    bundle = small_bundle(modality).bundle
    row, path = bundle[name], bundle.path(name)
    assert row.kept, str(bundle)
    assert row.accuracy >= 0.9
    assert row.agreement >= 0.97
    assert row.latency_ms > 0
    files = [path] if path.is_file() else [each for each in path.rglob("*") if each.is_file()]
    assert sum(each.stat().st_size for each in files) == row.bytes
    listed = dict(
        reversed(line.split("  "))
        for line in (bundle.directory / "SHA256SUMS").read_text().splitlines()
    )
    for each in files:
        digest = hashlib.sha256(each.read_bytes()).hexdigest()
        assert listed[each.relative_to(bundle.directory).as_posix()] == digest
    told = _described(bundle)[row.format]
    relative = path.relative_to(bundle.directory).as_posix()
    assert relative == told["path"] if "path" in told else relative in told


@pytest.mark.parametrize(("modality", "name"), FILES)
def test_a_file_computes_the_same_in_its_own_runtime(modality, name):
    small = small_bundle(modality)
    row = small.bundle[name]
    scores = export_format(row.format).run(small.bundle.path(name), small.held_out)
    difference = np.abs(scores - small.scores).max()
    assert difference <= ALLOWED_DIFFERENCE[name]
    assert difference == pytest.approx(row.max_difference, abs=1e-5)
    agreement = (scores.argmax(-1) == small.scores.argmax(-1)).mean()
    assert agreement == pytest.approx(row.agreement)


def test_the_readme_loads_and_runs_a_file(exported, format, monkeypatch):
    bundle, held_out = exported.bundle, exported.held_out
    kept = [each for each in bundle.artifacts if each.kept and each.format == format.name]
    lines = format.describe(kept, _described(bundle)[format.name])
    text = "\n".join(lines)
    assert text in (bundle.directory / "README.md").read_text(encoding="utf-8")
    types = dict(re.findall(r"`(\w+)` a (\w+) array", text))
    scope = {name: values[:1] for name, values in held_out.inputs.items()}
    scope |= {"segment_ids": np.zeros((1, exported.exportable.sequence_length or 0), np.int32)}
    scope = {name: values.astype(types.get(name, values.dtype)) for name, values in scope.items()}
    scope[exported.exportable.reader.input_name] = held_out.raw[:1]
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    monkeypatch.chdir(bundle.directory)
    exec(code, scope)
    np.testing.assert_allclose(scope["scores"], exported.scores[:1], atol=0.2)


class Damaged(Exportable):
    """A model whose files compute something slightly different."""

    def scores(self, inputs):
        scores = super().scores(inputs)["scores"]
        return {"scores": scores * 0.999}


@pytest.mark.parametrize("modality", MAKERS)
def test_a_damaged_model_is_refused(modality, format, tmp_path):
    exportable, held_out, _ = MAKERS[modality]()
    damaged = Damaged(**vars(exportable))
    with pytest.raises(RuntimeError, match="does not compute what the model computes"):
        export_bundle(
            damaged, tmp_path / "bundle", held_out=held_out.sample(10), formats=(format.name,),
            quantize=("float32",),
        )  # fmt: skip
    assert list(tmp_path.iterdir()) == []


def test_a_missing_package_is_one_error_before_anything_is_written(format, monkeypatch, tmp_path):
    exportable, held_out, _ = MAKERS["image"]()
    found = importlib.util.find_spec
    *_, absent = format.packages
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == absent else found(name)
    )
    install = re.escape(f"pip install '{format.install}'")
    with pytest.raises(ImportError, match=rf"{install}[\s\S]*Received: no {absent}$"):
        export_bundle(
            exportable, tmp_path / "bundle", held_out=held_out, formats=(format.name,),
            quantize=("float32",),
        )  # fmt: skip
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def full_disk(tmp_path):
    """A file system of 4 kB where mounting is allowed, else a limit on the size of files."""
    place = tmp_path / "small"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", place]
    if subprocess.run(mount, capture_output=True, check=False).returncode == 0:
        yield place
        subprocess.run(["umount", place], check=True)
        return
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, limits[1]))
    yield place
    resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def test_a_full_disk_leaves_nothing(format, full_disk):
    exportable, held_out, _ = MAKERS["image"]()
    with pytest.raises(OSError, match="disk is full") as caught:
        export_bundle(
            exportable, full_disk / "bundle", held_out=held_out, formats=(format.name,),
            quantize=("float32",),
        )  # fmt: skip
    assert caught.value.errno == errno.ENOSPC
    assert str(full_disk / "bundle") in str(caught.value)
    assert list(full_disk.iterdir()) == []


# The bundle


def test_bundle_is_complete_and_readable(exported):
    exportable, bundle = exported.exportable, exported.bundle
    assert Bundle.load(bundle.directory) == bundle
    labels = (bundle.directory / "labels.txt").read_text(encoding="utf-8").splitlines()
    assert labels == list(exportable.class_names)
    told = _described(bundle)
    assert told["preprocessing"]["kind"] == exported.modality
    counted = {"image": [30, 30, 30], "text": [45, 45]}[exported.modality]
    assert told["data"]["calibration"] == dict(zip(labels, counted, strict=True))
    assert len(str(bundle).splitlines()) == 3 + len(bundle.artifacts)
    page = (bundle.directory / "report.html").read_text(encoding="utf-8")
    for artifact in bundle.artifacts:
        assert artifact.name in page
    assert not re.search(r"(src|href|url)\b|https?:", page)
    leftovers = [p.name for p in bundle.directory.rglob("*") if p.name.startswith((".", "tmp"))]
    assert leftovers == []
    assert [p.name for p in bundle.directory.parent.iterdir()] == [bundle.directory.name]


def test_every_file_of_a_bundle_has_its_checksum(exported):
    directory = exported.bundle.directory
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=directory,
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    listed = {line.split(":")[0] for line in done.stdout.splitlines()}
    files = {path.relative_to(directory) for path in directory.rglob("*") if path.is_file()}
    names = {path.as_posix() for path in files}
    assert names == listed | {"SHA256SUMS"}
    assert {"README.md", "report.html", "report.json", "kerastl.json", "labels.txt"} <= names


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
        "tensors",
    }
    raw_name = {"image": "image_bytes", "text": "text"}[exported.modality]
    serve = exported.signatures["serving_default"]
    assert list(serve.structured_input_signature[1]) == [raw_name]
    assert set(serve.structured_outputs) == {"label", "scores", "labels"}
    answer = serve(**{raw_name: tf.constant(held_out.raw[:3])})
    assert answer["labels"].shape == (3, len(exportable.class_names))
    expected = [exportable.class_names[index] for index in exported.scores[:3].argmax(-1)]
    assert [label.decode() for label in answer["label"].numpy()] == expected
    tensors = exported.signatures["tensors"]
    assert set(tensors.structured_input_signature[1]) == set(held_out.inputs)


def test_saved_model_survives_bad_requests(exported):
    import tensorflow as tf

    held_out, serve = exported.held_out, exported.signatures["serving_default"]
    if exported.modality == "image":
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


def test_a_format_that_is_misspelt_is_named_with_the_nearest(format, tmp_path):
    exportable, held_out, _ = MAKERS["image"]()
    wrong = format.name[:-1]
    with pytest.raises(ValueError, match=rf"Did you mean '{format.name}'\?[\s\S]*'{wrong}'"):
        export_bundle(exportable, tmp_path / "bundle", held_out=held_out, formats=(wrong,))
    assert list(tmp_path.iterdir()) == []
