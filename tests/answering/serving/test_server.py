"""The server of `kerastl serve`, asked over sockets."""

import base64
import contextlib
import http.client
import importlib.util
import io
import json
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import kerastl as ktl
from kerastl.answering.serving.columns import LOWEST
from kerastl.answering.serving.handler import Handler
from kerastl.answering.serving.limited_server import Limits
from kerastl.answering.serving.predict_call import PredictCall
from kerastl.answering.serving.server import BundleServer
from tests.contracts.small_exportables import MAKERS

CLIENT = Path(__file__).resolve().parents[3] / "export" / "serving" / "client.py"
PREDICT = "/v1/models/classifier:predict"


@contextlib.contextmanager
def serving(bundle, workers=2, max_examples=8, **limits):
    models = [ktl.load_bundle(bundle, "float32") for _ in range(workers)]
    call = PredictCall(models, max_examples)
    server = BundleServer(("127.0.0.1", 0), Handler, "classifier", call, Limits(**limits))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        thread.join()


@pytest.fixture(scope="module")
def images(lite_bundles):
    with serving(lite_bundles["image"]) as server:
        yield server


@pytest.fixture(scope="module")
def texts(lite_bundles):
    with serving(lite_bundles["text"]) as server:
        yield server


def ask(server, body=None, path=PREDICT, method=None, headers=None):
    """Send one request and return status and content."""
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=20)
    if isinstance(body, dict):
        body = json.dumps(body).encode()
    connection.request(method or ("GET" if body is None else "POST"), path, body, headers or {})
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    is_json = answer.headers["Content-Type"] == "application/json"
    return answer.status, json.loads(content) if is_json and content else content.decode()


def encoded(raw):
    return {"image_bytes": {"b64": base64.b64encode(raw).decode()}}


def some_images(count):
    return MAKERS["image"]()[1].raw[:count]


def test_rows_and_columns_are_answered_like_predict(images):
    raw = some_images(3)
    expected = images.call.model.predict(raw)
    status, rows = ask(images, {"instances": [encoded(each) for each in raw]})
    assert status == 200
    for row, each in zip(rows["predictions"], expected, strict=True):
        assert row == {
            "label": each.label,
            "scores": pytest.approx(list(each.probabilities.values()), abs=1e-6),
            "labels": list(images.call.model.labels),
            "error": "",
        }
    given = [encoded(each)["image_bytes"] for each in raw]
    for inputs in (given, {"image_bytes": given}):
        status, columns = ask(images, {"inputs": inputs})
        assert status == 200
        assert columns["outputs"]["label"] == [each.label for each in expected]
    assert ask(images, {"instances": []}) == (200, {"predictions": []})


def test_texts(texts):
    items = ["A fine film.", "", "an awful story", "東京 " * 900]
    expected = [each.label for each in texts.call.model.predict(items)]
    path = "/v1/models/classifier/versions/1:predict"
    for instances in (items, [{"text": each} for each in items]):
        status, answer = ask(texts, {"instances": instances}, path)
        assert status == 200
        assert [row["label"] for row in answer["predictions"]] == expected


def test_the_client_of_tensorflow_serving_is_answered(images):
    spec = importlib.util.spec_from_file_location("client", CLIENT)
    client = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(client)
    address = f"http://127.0.0.1:{images.server_port}"
    (row,) = client.ask(address, "classifier", {"instances": [encoded(some_images(1)[0])]})
    assert row["label"] == images.call.model.predict(some_images(1))[0].label


def png(size):
    content = io.BytesIO()
    Image.fromarray(np.zeros((*size, 3), np.uint8)).save(content, "PNG")
    return content.getvalue()


def broken_images():
    whole = some_images(1)[0]
    jpeg = io.BytesIO()
    Image.fromarray(np.zeros((64, 64, 3), np.uint8)).save(jpeg, "JPEG", progressive=True)
    scans = jpeg.getvalue()[:-2] + b"\xff\xda\x00\x02" * 200_000 + b"\xff\xd9"
    return {
        b"": "known format", b"<script>": "known format", whole[:200]: "damaged or incomplete",
        png((6000, 6000)): "at most 25,000,000 pixels", scans: "at most 25,000,000 pixels",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n": "known format",
    }  # fmt: skip


def test_an_instance_that_cannot_be_read_has_an_error_of_its_own(images):
    good, expected = some_images(1)[0], images.call.model.predict(some_images(1))[0].label
    for raw, said in broken_images().items():
        status, answer = ask(images, {"instances": [encoded(raw), encoded(good)]})
        assert status == 200
        bad, fine = answer["predictions"]
        assert said in bad["error"]
        assert not {"\n", "/"} & set(bad["error"])
        assert "0x" not in bad["error"]
        assert (bad["label"], set(bad["scores"])) == ("", {LOWEST})
        assert (fine["label"], fine["error"]) == (expected, "")
        strict = {"instances": [encoded(good), encoded(raw)], "signature_name": "strict"}
        status, answer = ask(images, strict)
        assert status == 400
        assert answer["error"].startswith("Instance 1: ")


def test_half_of_a_surrogate_pair_is_an_error_of_its_instance(texts):
    status, answer = ask(texts, b'{"instances": ["fine", "\\ud800"]}')
    assert status == 200
    assert [row["error"] for row in answer["predictions"]] == [
        "", "The text must be UTF-8, without half of a surrogate pair",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "must be JSON"), (b"{", "must be JSON"), (b"\xff\xfe", "must be JSON"),
        (b"[" * 100_000, "must be JSON"), (b"1" * 10_000, "must be JSON"), (b"[]", "an object"),
        (b"{}", "an object"), (b'{"instances": [], "inputs": []}', "an object"),
        (b'{"instances": 3}', "must be a list"), (b'{"inputs": {"text": []}}', "'image_bytes'"),
        (b'{"inputs": {"image_bytes": 3}}', "must be a list"), (b'{"inputs": "abc"}', "a list"),
        (b'{"instances": [null]}', "An instance must be"), (b'{"instances": ["a"]}', "must be"),
        (b'{"instances": [{"b64": 3}]}', "must be"), (b'{"instances": [{"b64": "?"}]}', "base64"),
        (b'{"instances": [{"image_bytes": {"b64": "\xc3\xa9"}}]}', "must be base64"),
        (b'{"instances": [{"b64": "", "x": 1}]}', "An instance must be"),
        (b'{"instances": [], "signature_name": "tensors"}', "serving_default, strict"),
        (b'{"instances": [], "signature_name": ["a"]}', "serving_default, strict"),
        (b'{"instances": [' + b",".join([b'{"b64": ""}'] * 9) + b"]}", "at most 8 instances"),
    ],
)  # fmt: skip
def test_a_malformed_request_is_one_sentence(images, body, said):
    status, answer = ask(images, body)
    assert status == 400
    assert said in answer["error"]
    assert set(answer) == {"error"}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404), ("GET", "/v1/models/other", 404), ("GET", PREDICT, 405),
        ("POST", "/v1/models/other:predict", 404), ("POST", "/../../etc/passwd", 404),
        ("GET", "/<script>alert(1)</script>", 404), ("DELETE", PREDICT, 501),
        ("GET", "//[", 404), ("POST", "/%ff%00", 404),
    ],
)  # fmt: skip
def test_other_paths_and_methods(images, method, path, status):
    found, answer = ask(images, b"{}" if method == "POST" else None, path, method)
    assert found == status
    assert "<script>" not in answer["error"]


def test_health_state_and_metrics(images):
    assert ask(images, path="/healthz") == (200, "ok\n")
    status, state = ask(images, path="/v1/models/classifier")
    assert (status, state["model_version_status"][0]["state"]) == (200, "AVAILABLE")
    assert ask(images, path="/healthz", method="HEAD") == (200, "")
    ask(images, {"instances": [encoded(some_images(1)[0]), encoded(b"")]})
    status, text = ask(images, path="/metrics")
    values = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    assert float(values['kerastl_instances_total{outcome="failed"}']) >= 1
    assert float(values['kerastl_responses_total{status="200"}']) >= 3
    count = values["kerastl_predict_seconds_count"]
    assert values['kerastl_predict_seconds_bucket{le="+Inf"}'] == count
    assert values["kerastl_requests_running"] == "0"
    assert all(float(value) >= 0 for value in values.values())


def raw_answer(server, sent):
    """Send bytes as they are and return all that comes back."""
    with socket.create_connection(("127.0.0.1", server.server_port), timeout=20) as connection:
        connection.sendall(sent)
        parts = []
        with contextlib.suppress(ConnectionError):
            while part := connection.recv(65536):
                parts.append(part)
    return b"".join(parts)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (b"Content-Length: 500000000\r\n\r\n" + b"x" * 300_000, 413),
        (b"Content-Length: 500000000\r\nExpect: 100-continue\r\n\r\n", 413),
        (b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n", 413), (b"\r\n", 411),
        (b"Content-Length: -1\r\n\r\n", 411), (b"Content-Length: 1e3\r\n\r\n", 411),
        (b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411),
        (b"Content-Length: \xc2\xb2\r\n\r\n", 411), (b"x: " + b"y" * 70_000 + b"\r\n\r\n", 431),
        (b"x: y\r\n" * 500 + b"\r\n", 431),
    ],
)  # fmt: skip
def test_a_body_that_is_too_large_or_has_no_length(images, headers, status):
    answer = raw_answer(images, f"POST {PREDICT} HTTP/1.1\r\nHost: a\r\n".encode() + headers)
    assert answer.startswith(f"HTTP/1.1 {status} ".encode())
    assert b"100 Continue" not in answer
    assert set(json.loads(answer.partition(b"\r\n\r\n")[2])) == {"error"}


@pytest.mark.parametrize("sent", [b"\r\n\r\n", b"GET\r\n\r\n", b"\x16\x03\x01\x02\r\n\r\n", b""])
def test_what_is_no_http_ends_the_connection_only(images, sent):
    with socket.create_connection(("127.0.0.1", images.server_port), timeout=20) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        connection.recv(65536)
    assert ask(images, path="/healthz")[0] == 200


def test_a_connection_answers_several_requests(images):
    connection = http.client.HTTPConnection("127.0.0.1", images.server_port, timeout=20)
    for _ in range(3):
        body = json.dumps({"instances": [encoded(some_images(1)[0])]})
        connection.request("POST", PREDICT, body)
        answer = connection.getresponse()
        assert answer.status == 200
        answer.read()
        connection.request("POST", PREDICT, "{")
        assert connection.getresponse().read() == b'{"error": "The body must be JSON."}'
    connection.close()


def test_fifty_requests_at_once_get_their_own_answers(images):
    raw = some_images(50)
    expected = [each.label for each in images.call.model.predict(raw)]
    assert len(set(expected)) == 3

    def one(item):
        return ask(images, {"instances": [encoded(item)]})[1]["predictions"][0]["label"]

    with ThreadPoolExecutor(50) as pool:
        assert list(pool.map(one, raw)) == expected


@pytest.fixture
def slow(lite_bundles, monkeypatch):
    """A server that answers one request at a time, when it is told to."""
    with serving(lite_bundles["text"], requests=1, connections=3, seconds=0.5) as server:
        go, begun = threading.Event(), threading.Event()
        real = server.call

        def call(body):
            begun.set()
            go.wait(20)
            return real(body)

        server.call = call
        yield server, go, begun
        go.set()


def test_a_busy_server_says_so(slow):
    server, go, begun = slow
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(ask, server, {"instances": ["fine"]})
        assert begun.wait(20)
        assert ask(server, {"instances": ["fine"]}) == (
            503, {"error": "The server is busy: try again."},
        )  # fmt: skip
        assert ask(server, path="/healthz")[0] == 200
        go.set()
        assert first.result()[0] == 200
    assert ask(server, {"instances": ["fine"]})[0] == 200


def test_too_many_connections_are_refused_and_silent_ones_end(slow):
    server, go, _ = slow
    go.set()
    address = ("127.0.0.1", server.server_port)
    with contextlib.ExitStack() as stack:
        for _ in range(3):
            stack.enter_context(socket.create_connection(address, timeout=20))
        time.sleep(0.1)
        answer = raw_answer(server, b"")
        assert answer.startswith(b"HTTP/1.1 503 ")
        assert json.loads(answer.partition(b"\r\n\r\n")[2])["error"]
        time.sleep(1)  # longer than a client may be silent
        assert ask(server, {"instances": ["fine"]})[0] == 200


def test_a_body_that_does_not_arrive_frees_its_place(slow):
    server, go, _ = slow
    go.set()
    raw_answer(server, f"POST {PREDICT} HTTP/1.1\r\nContent-Length: 9\r\n\r\n{{".encode())
    assert ask(server, {"instances": ["fine"]})[0] == 200


def test_a_client_with_its_answer_may_ask_at_once(slow, monkeypatch):
    server, go, _ = slow
    go.set()
    leave = server.metrics.leave

    def late():
        time.sleep(0.5)
        leave()

    monkeypatch.setattr(server.metrics, "leave", late)
    for _ in range(2):
        assert ask(server, {"instances": ["fine"]})[0] == 200


def test_an_unexpected_error_tells_nothing_of_the_program(texts, monkeypatch, capfd):
    def fail(raw, **options):
        raise KeyError("/secret/path")

    for model in (texts.call.model, texts.call._free.get()):
        monkeypatch.setattr(model, "answer", fail)
    monkeypatch.setattr(texts.call, "_free", type(texts.call._free)())
    texts.call._free.put(texts.call.model)
    status, answer = ask(texts, {"instances": ["fine"]})
    assert (status, answer) == (500, {"error": "The server could not answer this request."})
    assert "/secret/path" in capfd.readouterr().err


def test_stopping_waits_for_the_request_that_runs(lite_bundles):
    begun = threading.Event()
    with serving(lite_bundles["text"]) as server, ThreadPoolExecutor(1) as pool:
        real = server.call

        def call(body):
            begun.set()
            time.sleep(0.5)
            return real(body)

        server.call = call
        running = pool.submit(ask, server, {"instances": ["fine"]})
        assert begun.wait(20)
        server.stop()
        assert running.done() or running.result(1)[0] == 200
        with pytest.raises(OSError, match="refused"):
            ask(server, path="/healthz")
