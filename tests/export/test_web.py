import functools
import io
import json
import os
import shutil
import subprocess
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

PAGE = Path(__file__).resolve().parents[2] / "export" / "web"
DRIVER = Path(__file__).with_name("drop_images.mjs")
PLAYWRIGHT = PAGE / "node_modules" / "playwright-core" / "index.mjs"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def browser():
    """Path of Chromium, where the page's packages are installed too."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    missing = None
    if path is None or shutil.which("node") is None:
        missing = "install Chromium and Node.js (apt-get install chromium nodejs)"
    elif not PLAYWRIGHT.is_file():
        missing = "install the page's packages: npm ci --prefix export/web"
    if missing and os.environ.get("KERASTL_REQUIRE_BROWSER"):
        pytest.fail(f"KERASTL_REQUIRE_BROWSER is set: {missing}")
    if missing:
        pytest.skip(missing)
    return path


class Files(SimpleHTTPRequestHandler):
    """Serves the page, and a bundle under /bundle/."""

    def __init__(self, *args, bundle, **options):
        self.bundle = bundle
        super().__init__(*args, directory=str(PAGE), **options)

    def translate_path(self, path):
        if path.startswith("/bundle/"):
            return str(self.bundle / path.removeprefix("/bundle/"))
        return super().translate_path(path)

    def log_message(self, *args):
        pass


@pytest.fixture
def ask(browser):
    """Open the page with a file of a bundle, drop images, and tell what it shows."""

    def ask(folder, file, images):
        handler = functools.partial(Files, bundle=folder)
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/index.html?model=/bundle/{file}"
        try:
            done = subprocess.run(
                ["node", str(DRIVER), str(PLAYWRIGHT), browser, address, *images],
                capture_output=True,
                text=True,
                check=False,
                timeout=300,
            )
        finally:
            server.shutdown()
            server.server_close()
        assert done.returncode == 0, done.stderr
        told = json.loads(done.stdout)
        assert told["elsewhere"] == []
        return told["ready"], told["shown"]

    return ask


@pytest.mark.parametrize(("variant", "tolerance"), [("float32", 0.05), ("int8", 0.35)])
def test_dropped_images_are_answered_as_the_model_does(photos, ask, variant, tolerance):
    ready, shown = ask(photos.bundle.directory, f"tflite/{variant}.tflite", photos.items)
    assert ready == "Ready"
    assert [answer["status"] for answer in shown] == ["Done"] * len(photos.items)
    expected = photos.scores(photos.items)
    scores = np.array(
        [[dict(answer["rows"])[label] for label in photos.bundle.labels] for answer in shown]
    )
    assert np.abs(scores - expected).max() <= tolerance
    assert (scores.argmax(-1) == expected.argmax(-1)).mean() >= 0.8
    for answer in shown:
        columns = [score for _, score in answer["rows"]]
        assert columns == sorted(columns, reverse=True)


def test_the_page_says_what_is_wrong(reviews, ask, tmp_path):
    ready, _ = ask(tmp_path, "absent.tflite", [])
    assert "it answered 404" in ready
    (tmp_path / "other.tflite").write_bytes(b"\0" * 4 + b"TFL3" + b"\0" * 100)
    ready, _ = ask(tmp_path, "other.tflite", [])
    assert "not a file that kerastl exported" in ready
    ready, _ = ask(reviews.bundle.directory, "tflite/dynamic.tflite", [])
    assert "does not take images" in ready


def test_a_broken_image_is_named_and_the_next_one_answered(photos, ask, tmp_path):
    (tmp_path / "broken.jpg").write_bytes(b"no image")
    small = io.BytesIO()
    Image.fromarray(np.full((3, 5, 4), 90, np.uint8)).save(small, "PNG")
    (tmp_path / "small.png").write_bytes(small.getvalue())
    images = [str(tmp_path / "broken.jpg"), str(tmp_path / "small.png")]
    _, (broken, small_one) = ask(photos.bundle.directory, "tflite/int8.tflite", images)
    assert broken == {"status": "The browser cannot read this as an image.", "rows": []}
    assert small_one["status"] == "Done"
    assert len(small_one["rows"]) == len(photos.bundle.labels)
