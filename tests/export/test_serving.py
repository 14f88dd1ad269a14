"""Bundles of real weights behind the REST interface of TensorFlow Serving, and their clients."""

import base64
import importlib.util
import json
import re
import shlex
import subprocess
import sys
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kerastl.artifacts import Bundle
from kerastl.artifacts.serving import c_session
from kerastl.artifacts.serving.operations import linked_libraries, served_operations
from kerastl.artifacts.serving.server_process import c_library, plan
from kerastl.artifacts.serving.signature import ServedSignature

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "export" / "serving"
GUIDE = (ROOT / "docs" / "serving.md").read_text(encoding="utf-8")
SERVER = Path(__file__).with_name("rest_server.py")


@dataclass
class Served:
    recipe: Any
    bundle: Bundle
    items: list[str]
    process: subprocess.Popen
    port: int

    @cached_property
    def loaded(self):
        """The SavedModel in Python's TensorFlow."""
        import tensorflow as tf

        return tf.saved_model.load(str(self.bundle.path("saved_model")))

    @property
    def address(self):
        return f"http://127.0.0.1:{self.port}"

    def post(self, instances, model="classifier"):
        body = instances if isinstance(instances, bytes) else json.dumps({"instances": instances})
        call = urllib.request.Request(
            f"{self.address}/v1/models/{model}:predict",
            data=body if isinstance(body, bytes) else body.encode(),
        )
        try:
            with urllib.request.urlopen(call, timeout=60) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def is_well(self):
        """Whether the process runs and answers a good request."""
        answers = program("client").ask(
            self.address,
            "classifier",
            program("client").make_request(self.bundle.directory, self.items[:1]),
        )
        return self.process.poll() is None and answers[0]["label"] in self.bundle.labels


def program(name):
    spec = importlib.util.spec_from_file_location(f"serving_{name}", FOLDER / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TEXTS = ["A moving masterpiece!", "Dull. A waste of time", "Über, naïve.", ""]


@pytest.fixture(scope="module", params=["photos", "reviews"])
def served(request, tmp_path_factory):
    exported = request.getfixturevalue(request.param)
    recipe, bundle = exported.recipe, exported.bundle
    items = exported.items if request.param == "photos" else TEXTS
    folder = tmp_path_factory.mktemp("served")
    version = program("publish").publish(bundle.directory, folder / "models" / "classifier")
    signature = ServedSignature.read(version, "serving_default")
    libraries = linked_libraries(served_operations(version))
    told = {"model": "classifier", "version": version.name}
    told |= plan(version, signature, libraries, c_library())
    (folder / "plan.json").write_text(json.dumps(told))
    command = [sys.executable, "-P", str(SERVER), c_session.__file__, str(folder / "plan.json")]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            yield Served(recipe, bundle, items, process, int(process.stdout.readline()))
        finally:
            process.kill()


def test_a_saved_model_of_trained_weights_computes_what_the_model_does(served):
    """Compared with the model as one graph for any batch size, as it is served: equal to 1e-6."""
    import tensorflow as tf

    exportable = served.recipe.exportable()
    signature = exportable.signature(batch_size=None)
    loaded = served.loaded.signatures
    (raw_name,) = loaded["serving_default"].structured_input_signature[1]
    raw = [Path(i).read_bytes() if raw_name == "image_bytes" else i for i in served.items]
    inputs = exportable.reader.read(tf.constant(raw))
    model = tf.function(lambda named: exportable.scores(named)["scores"], [signature])
    expected = model(inputs).numpy()
    for scores in (
        loaded["tensors"](**inputs)["scores"],
        loaded["serving_default"](**{raw_name: tf.constant(raw)})["scores"],
    ):
        assert np.abs(scores.numpy() - expected).max() <= 1e-6
    assert np.std(expected, axis=0).max() > 0.05


def test_the_client_gets_the_labels_of_the_model(served):
    expected = [answer.label for answer in served.recipe.predict(served.items)]
    command = [sys.executable, str(FOLDER / "client.py"), str(served.bundle.directory)]
    command += [*served.items, "--server", served.address, "--wait", "20"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    assert [line[:2] for line in lines] == [
        [item, label] for item, label in zip(served.items, expected, strict=True)
    ]


def test_a_strict_reader_of_json_reads_an_error(served):
    """JSON has neither NaN nor infinity."""

    def refuse(constant):
        raise AssertionError(constant)

    name = "image_bytes" if served.bundle.task == "image_classification" else "text"
    content = base64.b64encode(b"\xff").decode()
    status, answer = served.post([{name: {"b64": content}}])
    assert status == 200
    (prediction,) = json.loads(json.dumps(answer), parse_constant=refuse)["predictions"]
    assert prediction["error"]
    assert prediction["labels"] == list(served.bundle.labels)


def test_the_scores_over_rest_are_the_models(served):
    client = program("client")
    request = client.make_request(served.bundle.directory, served.items)
    answers = client.ask(served.address, "classifier", request)
    expected = served.recipe.predict(served.items)
    for answer, prediction in zip(answers, expected, strict=True):
        assert answer["labels"] == list(served.bundle.labels)
        model = [prediction.probabilities[label] for label in served.bundle.labels]
        assert answer["scores"] == pytest.approx(model, abs=1e-5)


def test_the_bundles_own_example_request_is_answered(served):
    body = (served.bundle.directory / "serving" / "request.json").read_bytes()
    status, answer = served.post(body)
    assert status == 200
    (prediction,) = answer["predictions"]
    assert prediction["label"] in served.bundle.labels
    assert sum(prediction["scores"]) == pytest.approx(1.0, abs=1e-4)


def test_the_client_says_what_is_wrong(served, tmp_path):
    client = program("client")
    request = client.make_request(served.bundle.directory, served.items[:1])
    with pytest.raises(SystemExit, match=r"refused: Servable not found"):
        client.ask(served.address, "other", request)
    with pytest.raises(SystemExit, match="No server"):
        client.ask("http://127.0.0.1:1", "classifier", request, timeout=2)
    with pytest.raises(SystemExit, match=r"did not serve 'other' within 0.2 seconds"):
        client.wait_until_ready(served.address, "other", 0.2)
    assert client.versions(served.address, "classifier") == {"1": "AVAILABLE"}
    with pytest.raises(SystemExit, match=r"Cannot read .*kerastl.json"):
        client.make_request(tmp_path, ["a"])
    (tmp_path / "kerastl.json").write_text("{}")
    with pytest.raises(SystemExit, match="Export the saved_model format first"):
        client.make_request(tmp_path, ["a"])


@pytest.mark.parametrize(("model", "status"), [("classifier", 0), ("other", 1)])
def test_the_health_check_sees_whether_the_model_is_served(served, model, status):
    command = ["bash", str(FOLDER / "healthcheck.sh"), model, str(served.port)]
    done = subprocess.run(command, capture_output=True, timeout=20, check=False)
    assert done.returncode == status


def test_the_health_check_fails_where_nothing_listens():
    command = ["bash", str(FOLDER / "healthcheck.sh"), "classifier", "1"]
    done = subprocess.run(command, capture_output=True, timeout=20, check=False)
    assert done.returncode != 0


def bad_images(good):
    """Broken files, and a PNG whose header promises 14 gigabytes."""
    ihdr = (
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (60000).to_bytes(4, "big") + (80000).to_bytes(4, "big")
    )
    return {
        "empty": b"",
        "text": b"no image",
        "NUL bytes": b"\0" * 1000,
        "cut JPEG header": good[:20],
        "JPEG marker and zeros": b"\xff\xd8\xff" + b"\0" * 50,
        "1 MB of noise": np.random.default_rng(0).bytes(1_000_000),
        "huge PNG": ihdr + b"\x08\x02\0\0\0" + b"\0" * 100,
    }


BAD_TEXTS = {
    "empty": "",
    "NUL": "\0",
    "NUL inside": "A \0great\0 film",
    "1 MB": "great " * 180_000,
    "1 MB, one word": "g" * 1_000_000,
    "spaces": " \n\t ",
    "emoji and combining marks": "\U0001f600e\u0301" * 100,
}


def test_bad_input_is_answered_and_the_process_lives(served):
    if served.bundle.task == "image_classification":
        good = Path(served.items[0]).read_bytes()
        for name, content in bad_images(good).items():
            told = [{"image_bytes": {"b64": base64.b64encode(each).decode()}}
                    for each in (content, good)]  # fmt: skip
            status, answer = served.post(told)
            assert status == 200, name
            broken, other = answer["predictions"]
            assert broken["error"], name
            assert (broken["label"], other["error"]) == ("", ""), name
            assert other["label"] in served.bundle.labels, name
    else:
        bad_bytes = base64.b64encode(b"\xff\xfe bad \x80 bytes").decode()
        status, answer = served.post([{"text": {"b64": bad_bytes}}])
        assert status == 200
        assert "UTF-8" in answer["predictions"][0]["error"]
        for text in BAD_TEXTS.values():
            status, answer = served.post([{"text": text}])
            assert status == 200
            scores = answer["predictions"][0]["scores"]
            assert np.isfinite(scores).all()
            assert sum(scores) == pytest.approx(1.0, abs=1e-4)
        status, answer = served.post([{"text": "A great film"}, {"text": "A \0great\0 film"}])
        without, with_nul = (prediction["scores"] for prediction in answer["predictions"])
        assert with_nul == without
        assert served.is_well()


@pytest.mark.parametrize("body", [b"", b"{", b'{"instances": [{"other": 1}]}', b'{"inputs": 3}'])
def test_a_malformed_request_is_an_error(served, body):
    status, answer = served.post(body)
    assert status == 400
    assert answer["error"]
    assert served.is_well()


@pytest.fixture
def place(served, tmp_path):
    """The folder that the guide's commands assume."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "trash").symlink_to(served.bundle.directory)
    (tmp_path / "export").symlink_to(ROOT / "export")
    (tmp_path / "photo.jpg").write_bytes(Path(served.items[0]).read_bytes())
    return tmp_path


@pytest.mark.parametrize("served", ["photos"], indirect=True)
def test_the_commands_of_the_guide_run(served, place):
    blocks = "".join(re.findall(r"```bash\n(.*?)```", GUIDE, re.DOTALL))
    found = [line for line in blocks.splitlines() if line.startswith(("python ", "curl "))]
    # The same request is shown for both servers.
    lines = list(dict.fromkeys(found))
    assert [line.split()[0] for line in lines] == ["python", "python", "curl"]
    published, asked, curled = (
        subprocess.run(
            shlex.split(line.replace("http://localhost:8501", served.address))
            + (["--server", served.address] if "client.py" in line else []),
            cwd=place, capture_output=True, text=True, check=True,
        ).stdout
        for line in (line.replace("python", sys.executable, 1) for line in lines)
    )  # fmt: skip
    assert published.strip() == "models/classifier/1"
    assert (place / "models" / "classifier" / "1" / "saved_model.pb").is_file()
    assert asked.split("\t")[1] in served.bundle.labels
    assert json.loads(curled)["predictions"][0]["label"] in served.bundle.labels


@pytest.mark.parametrize("served", ["photos"], indirect=True)
def test_the_guides_grpc_program_gets_an_answer(served, place):
    import grpc
    import tensorflow as tf
    from tensorflow_serving.apis import predict_pb2, prediction_service_pb2_grpc

    loaded = served.loaded

    class Service(prediction_service_pb2_grpc.PredictionServiceServicer):
        def Predict(self, request, context):
            assert request.model_spec.name == "classifier"
            signature = loaded.signatures[request.model_spec.signature_name]
            fed = {n: tf.constant(tf.make_ndarray(v)) for n, v in request.inputs.items()}
            outputs = {n: tf.make_tensor_proto(v) for n, v in signature(**fed).items()}
            return predict_pb2.PredictResponse(outputs=outputs)

    server = grpc.server(ThreadPoolExecutor(1))
    prediction_service_pb2_grpc.add_PredictionServiceServicer_to_server(Service(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    (code,) = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
    code = code.replace("localhost:8500", f"127.0.0.1:{port}")
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=place, capture_output=True, text=True, check=True
    )
    server.stop(None)
    assert done.stdout.strip() in served.bundle.labels
