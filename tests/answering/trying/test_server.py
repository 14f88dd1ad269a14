"""The server of `kerastl try`, asked over sockets."""

import contextlib
import http.client
import io
import json
import re
import socket
import threading
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import kerastl as ktl
from kerastl.answering.serving.limited_server import Limits
from kerastl.answering.trying.corrections import ImageCorrections, TextCorrections
from kerastl.answering.trying.handler import TryHandler
from kerastl.answering.trying.server import TryServer
from kerastl.answering.trying.tried_model import TriedModel
from kerastl.tasks.classification.prediction import Prediction
from tests.contracts.recipes_under_test import case
from tests.contracts.small_exportables import MAKERS


@contextlib.contextmanager
def trying(model, corrections=None, **limits):
    tried = TriedModel(model, "<b>model</b>")
    server = TryServer(0, TryHandler, tried, corrections, Limits(**limits))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        thread.join()


def ask(server, path, body=None, token=None, **headers):
    """Send one request and return status, content and headers."""
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=60)
    token = server.token if token is None else token
    method = "GET" if body is None else "POST"
    connection.request(method, f"/{token}/{path}", body, headers)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    is_json = answer.headers["Content-Type"] == "application/json"
    return answer.status, json.loads(content) if is_json else content.decode(), answer.headers


@pytest.fixture(scope="module")
def images(lite_bundles, tmp_path_factory):
    model = ktl.load_bundle(lite_bundles["image"], "float32")
    place = ImageCorrections(tmp_path_factory.mktemp("images") / "corrections", model.labels)
    with trying(model, place, body_bytes=300_000) as server:
        yield server


@pytest.fixture(scope="module")
def texts(lite_bundles, tmp_path_factory):
    model = ktl.load_bundle(lite_bundles["text"], "float32")
    place = TextCorrections(tmp_path_factory.mktemp("texts") / "corrections.csv", model.labels)
    with trying(model, place) as server:
        yield server


def raw_image():
    return MAKERS["image"]()[1].raw[0]


def test_an_image_is_answered_as_predict_does(images, lite_bundles):
    status, answer, _ = ask(images, "predict", raw_image())
    expected = ktl.load_bundle(lite_bundles["image"], "float32").predict(raw_image())[0]
    assert status == 200
    assert (answer["kind"], answer["label"]) == ("classes", expected.label)
    best = sorted(expected.probabilities.values(), reverse=True)[:5]
    assert [row["value"] for row in answer["rows"]] == pytest.approx(best)
    assert answer["ms"] > 0
    assert answer["preview"].startswith("data:image/jpeg;base64,")


def test_a_text_is_answered_and_corrected(texts):
    status, answer, _ = ask(texts, "predict", "<script>ünïcode</script>".encode())
    assert (status, answer["kind"]) == (200, "classes")
    for number in ("0", "1"):
        status, kept, _ = ask(texts, f"correct?class={number}", b"never once bored")
        assert (status, kept["label"]) == (200, texts.model.labels[int(number)])
    rows = texts.corrections.path.read_text().splitlines()
    assert rows == ["text,label", f"never once bored,{texts.model.labels[1]}"]


def test_an_image_is_corrected(images):
    status, kept, _ = ask(images, "correct?class=1", raw_image())
    written = Path(kept["path"])
    assert status == 200
    assert written.parent == images.corrections.path / images.model.labels[1]
    assert written.read_bytes() == raw_image()


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        ("predict", b"no image", "The file cannot be read as an image."),
        ("predict", b"", "The file cannot be read as an image."),
        ("predict", b"\x89PNG\r\n\x1a\n" + bytes(50), "The file cannot be read as an image."),
        ("correct?class=0", b"no image", "The file cannot be read as an image."),
        ("explain", b"", "Only a run explains its answers, not a bundle."),
    ],
)
def test_a_broken_image_gives_one_sentence(images, path, body, said):
    assert ask(images, path, body)[:2] == (400, {"error": said})


def test_a_damaged_image_gives_one_sentence(images):
    written = io.BytesIO()
    noise = np.random.default_rng(0).integers(0, 256, (99, 99, 3), np.uint8)
    Image.fromarray(noise).save(written, "JPEG")
    status, answer, _ = ask(images, "predict", written.getvalue()[:300])
    assert status == 400
    assert "\n" not in answer["error"]
    assert "Received" not in answer["error"]


@pytest.mark.parametrize("query", ["", "?class=", "?class=99", "?class=-1", "?class=../x",
                                   "?class=0&class=1", "?class=%D9%A1", "?label=0"])  # fmt: skip
def test_a_class_that_does_not_exist(images, query):
    status, answer, _ = ask(images, f"correct{query}", raw_image())
    assert (status, answer) == (400, {"error": "The model has no such class."})


def test_a_place_that_cannot_be_written(lite_bundles, tmp_path):
    model = ktl.load_bundle(lite_bundles["text"], "float32")
    (tmp_path / "file").write_text("no folder")
    place = TextCorrections(tmp_path / "file" / "corrections.csv", model.labels)
    with trying(model, place) as server:
        assert ask(server, "predict", b"fine")[0] == 200
        status, answer, _ = ask(server, "correct?class=0", b"fine")
    assert status == 400
    assert answer["error"].startswith("The correction cannot be written: ")
    assert str(tmp_path) not in answer["error"]


@pytest.mark.parametrize("body", [b"", b"  \n", b"\xff\xfe", b"a" * 100_001])
def test_a_text_without_an_answer(texts, body):
    status, answer, _ = ask(texts, "predict", body)
    assert status == 400
    assert re.fullmatch(r"(The|A) text [^.]*\.", answer["error"])


@pytest.mark.parametrize("path", ["", "page.js", "page.css", "model", "other"])
@pytest.mark.parametrize("token", ["", "x", "A" * 32, "%00"])
def test_nothing_is_sent_without_the_token(images, path, token):
    status, answer, _ = ask(images, path, token=token)
    assert status == 403
    assert images.model.name not in str(answer)


@pytest.mark.parametrize("call", ["predict", "explain", "correct?class=0"])
def test_nothing_is_done_without_the_token(images, call):
    before = list(images.corrections.path.rglob("*"))
    assert ask(images, call, raw_image(), token="x")[0] == 403
    assert list(images.corrections.path.rglob("*")) == before


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:{port}", "127.0.0.1", "[::1]:{port}", "",
     "127.0.0.1:{port}.evil.example"],
)  # fmt: skip
def test_a_name_that_points_here_is_refused(images, host):
    named = host.format(port=images.server_port)
    assert ask(images, "model", Host=named)[0] == 403
    assert ask(images, "predict", raw_image(), Host=named)[0] == 403


def test_two_hosts_are_refused(images):
    with socket.create_connection(("127.0.0.1", images.server_port), timeout=20) as raw:
        hosts = f"Host: {images.hosts[0]}\r\nHost: evil.example\r\n"
        raw.sendall(f"GET /{images.token}/model HTTP/1.1\r\n{hosts}\r\n".encode())
        assert raw.recv(100).split()[1] == b"403"


def test_every_response_keeps_other_pages_out(images):
    for path in ("", "page.js", "model", "other"):
        headers = ask(images, path)[2]
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "no-store"


def test_only_this_machine_is_listened_to(images):
    assert images.server_address[0] == "127.0.0.1"
    assert len(images.token) >= 32


def test_a_large_upload_is_refused_before_it_is_read(images):
    status, answer, _ = ask(images, "predict", bytes(300_001))
    assert status == 413
    assert answer["error"] == "The body of a request has at most 300,000 bytes."


def test_many_requests_at_once():
    begun, go = threading.Event(), threading.Event()

    class Slow:
        task, modality, labels = "text_classification", "text", ("a", "b")

        def predict(self, inputs, verbose):
            begun.set()
            go.wait(30)
            return [Prediction("a", 0.9, {"a": 0.9, "b": 0.1})]

    with trying(Slow(), requests=1) as server:
        first = threading.Thread(target=ask, args=(server, "predict", b"one"))
        first.start()
        begun.wait(30)
        status, answer, headers = ask(server, "predict", b"two")
        go.set()
        first.join()
    assert (status, answer["error"]) == (503, "The server is busy: try again.")
    assert headers["Retry-After"] == "1"


def test_a_task_without_a_page():
    class Vectors:
        task, modality, labels = "embedding", "text", ()

    with pytest.raises(ValueError, match=r"shows classes.*Received: a model.*embedding"):
        TriedModel(Vectors(), "vectors")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("task", "kind"),
    [
        ("image_classification", "classes"), ("text_classification", "classes"),
        ("image_multi_label_classification", "labels"), ("text_regression", "numbers"),
        ("token_classification", "entities"), ("object_detection", "boxes"),
    ],
)  # fmt: skip
def test_a_run_answers_and_explains(task, kind, tmp_path):
    chosen = case(task, tmp_path)
    recipe = chosen.make()
    recipe.fit(chosen.data, chosen.quick, verbose=0)
    example = chosen.data.train.inputs[0]
    if recipe.modality == "image":
        content = _bytes_of(chosen.data.train.inputs)
    else:
        content = " ".join(example).encode() if not isinstance(example, str) else example.encode()
    with trying(recipe) as server:
        status, answer, _ = ask(server, "predict", content)
        assert (status, answer["kind"]) == (200, kind), answer
        status, why, _ = ask(server, "explain", content)
    assert status == 200, why
    if recipe.modality == "image":
        assert why["image"].startswith("data:image/")
    else:
        text = content.decode()
        assert "".join(part["text"] for part in why["parts"]) == text
        assert max(abs(part["weight"]) for part in why["parts"]) == pytest.approx(1.0)
        if kind == "entities":
            assert "".join(part["text"] for part in answer["parts"]) == text


def _bytes_of(images):
    if hasattr(images, "content"):
        return images.content(0)
    written = io.BytesIO()
    Image.fromarray(np.asarray(images[0])).save(written, "PNG")
    return written.getvalue()
