"""The web app answers as the model does: in a browser, with a camera, and without a connection."""

import json
import shutil

import numpy as np
import pytest
from PIL import Image

import kerastl as ktl
from kerastl.cli.apps.write_app import App
from tests.chromium import find_browser
from tests.export.web_page import AXE, FAKE_CAMERA, NONE, PAGE, Browser, Server

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def chromium():
    return find_browser()


@pytest.fixture
def page(chromium):
    """A browser; what it asked and what failed in it is checked afterwards."""
    with Browser(chromium) as page:
        yield page
        told = page("told")
        assert told["elsewhere"] == []
        assert [each for each in told["errors"] if "404" not in each] == []


def app_of(bundle, folder, file=None):
    """Write the app of a bundle into a folder."""
    shutil.rmtree(folder, ignore_errors=True)
    App.make("web", bundle.directory, file, "com.example").write(folder)
    return folder


@pytest.mark.parametrize(("variant", "tolerance"), [("float32", 0.05), ("int8", 0.35)])
def test_dropped_images_are_answered_as_the_model_does(photos, page, variant, tolerance):
    with Server(PAGE, photos.bundle.directory) as server:
        address = f"{server.address}?model=/bundle/tflite/{variant}.tflite"
        assert page("open", address) == "Ready"
        shown = [page("drop", item) for item in photos.items]
    assert [answer["status"] for answer in shown] == ["Done"] * len(photos.items)
    expected = photos.scores(photos.items)
    rows = [{label: score for label, score, _ in answer["rows"]} for answer in shown]
    scores = np.array([[row[label] for label in photos.bundle.labels] for row in rows])
    assert np.abs(scores - expected).max() <= tolerance
    assert (scores.argmax(-1) == expected.argmax(-1)).mean() >= 0.8
    reader = ktl.load_bundle(photos.bundle.directory, variant)
    answers = reader.predict(photos.items, allow_unknown=reader.tells_unknown)
    named = [each.label or NONE for each in answers]
    assert np.mean([each["title"] == name for each, name in zip(shown, named, strict=True)]) >= 0.8
    for answer in shown:
        columns = [score for _, score, _ in answer["rows"]]
        assert columns == sorted(columns, reverse=True)
        assert answer["title"] in (answer["rows"][0][0], NONE)


def test_the_page_says_what_is_wrong(page, tmp_path):
    (tmp_path / "other.tflite").write_bytes(b"\0" * 4 + b"TFL3" + b"\0" * 100)
    with Server(PAGE, tmp_path) as server:
        opened = [
            page("open", f"{server.address}?model={model}")
            for model in ("/bundle/absent.tflite", "/bundle/other.tflite", "https://example.com/m")
        ]
    assert "it answered 404" in opened[0]
    assert "not a file that kerastl exported" in opened[1]
    assert opened[2] == "The model must be on this server: https://example.com/m"


def test_a_broken_image_is_named_and_the_next_one_answered(photos, page, tmp_path):
    (tmp_path / "broken.jpg").write_bytes(b"no image")
    Image.fromarray(np.full((3, 5, 4), 90, np.uint8)).save(tmp_path / "small.png", "PNG")
    with Server(app_of(photos.bundle, tmp_path / "app")) as server:
        page("open", server.address)
        broken, small = (page("drop", tmp_path / name) for name in ("broken.jpg", "small.png"))
        for way in ("choose", "paste"):
            again = page(way, tmp_path / "small.png")
            assert again == small, way
    assert broken["status"] == "The browser cannot read this as an image."
    assert broken["rows"] == []
    assert small["status"] == "Done"
    assert len(small["rows"]) == len(photos.bundle.labels)


@pytest.fixture(scope="module")
def filmed(photos, chromium, tmp_path_factory):
    """A photo, its class, and Chromium with a camera that films it."""
    folder = tmp_path_factory.mktemp("camera")
    scores = photos.scores(photos.items)
    surest = int(scores.max(-1).argmax())
    Image.open(photos.items[surest]).convert("RGB").save(folder / "film.jpg", quality=95)
    film = (folder / "film.jpg").rename(folder / "film.mjpeg")
    camera = [*FAKE_CAMERA, f"--use-file-for-fake-video-capture={film}"]
    phone = {"viewport": {"width": 360, "height": 740}, "hasTouch": True}
    with Browser(chromium, camera, **phone) as browser:
        yield browser, photos.items[surest], photos.bundle.labels[scores[surest].argmax()]


def test_the_camera_is_answered_and_the_app_works_offline(filmed, photos, tmp_path):
    page, photo, label = filmed
    with Server(app_of(photos.bundle, tmp_path / "app")) as server:
        assert page("open", server.address) == "Ready"
        expected = page("drop", photo)
        page("click", "#camera")
        page("seen", "#video")
        live = page("shown")
        assert live["status"] == "The camera is on"
        page("seen", "#offline")
        # The page was fetched once. Nothing answers now.
        server.stop()
        assert page("reload") == "Ready"
        assert page("drop", photo) == expected
        page("click", "#camera")
        page("seen", "#video")
        assert page("shown")["title"] == label
        assert page("click", "#camera")["status"] == "The camera is off"
    assert expected["title"] == live["title"] == label
    score, filmed_score = expected["rows"][0][1], live["rows"][0][1]
    assert abs(score - filmed_score) < 0.2
    told = page("told")
    assert told["elsewhere"] == []


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ([], "There is no camera: choose an image."),
        ([*FAKE_CAMERA[:1], "--deny-permission-prompts"], "The camera was not allowed"),
    ],
)
def test_without_a_camera_one_sentence_says_so(photos, chromium, tmp_path, args, said):
    with (
        Server(app_of(photos.bundle, tmp_path / "app")) as server,
        Browser(chromium, args) as page,
    ):
        page("open", server.address)
        refused = page("click", "#camera")
        assert refused["status"].startswith(said)
        assert page("drop", photos.items[0])["status"] == "Done"


def test_another_model_replaces_the_first_one(photos, page, tmp_path):
    folder = app_of(photos.bundle, tmp_path / "app", "float32")
    with Server(folder) as server:
        page("open", server.address)
        page("seen", "#offline")
        first = page("drop", photos.items[0])
        (old,) = page("evaluate", "caches.keys()")
        app_of(photos.bundle, folder, "int8")
        # The app answers from its cache, and fetches the other version meanwhile.
        page("reload")
        assert page("drop", photos.items[0]) == first
        page("seen", "#renew")
        assert page("navigate", "#renew") == "Ready"
        page("seen", "#offline")
        second = page("drop", photos.items[0])
        (new,) = page("evaluate", "caches.keys()")
        server.stop()
        page("reload")
        assert page("drop", photos.items[0]) == second
    assert old != new
    assert second["rows"] != first["rows"]


def test_the_app_can_be_installed(photos, page, tmp_path):
    folder = app_of(photos.bundle, tmp_path / "app")
    manifest = json.loads((folder / "manifest.webmanifest").read_text())
    assert manifest["name"] == photos.bundle.directory.name.replace("_", " ")
    for icon in manifest["icons"]:
        with Image.open(folder / icon["src"]) as image:
            assert "x".join(map(str, image.size)) == icon["sizes"]
    with Server(folder) as server:
        page("open", server.address)
        page("seen", "#offline")
        found = page("manifest")
    assert found["wrong"] == []
    # A browser under test is incognito; no other reason keeps it from installing the app.
    assert found["installability"] == ["in-incognito"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(320, 568), (1280, 800)])
def test_it_is_accessible_and_fits_the_screen(photos, chromium, tmp_path, scheme, size):
    viewport = dict(zip(("width", "height"), size, strict=True))
    with (
        Server(app_of(photos.bundle, tmp_path / "app")) as server,
        Browser(chromium, FAKE_CAMERA, viewport=viewport, colorScheme=scheme) as page,
    ):
        page("open", server.address)
        assert page("axe", AXE) == []
        page("drop", photos.items[0])
        assert page("axe", AXE) == []
        # The keyboard reaches the file chooser, the camera and the further classes, in this order.
        focused = []
        for _ in range(3):
            page("press", "Tab")
            focused.append(page("evaluate", "document.activeElement.id || 'summary'"))
        assert focused == ["file", "camera", "summary"]
        page("evaluate", "document.getElementById('camera').focus()")
        page("press", "Enter")
        page("seen", "#video")
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page("evaluate", wide) == 0


def test_labels_are_shown_as_text(photos, page, tmp_path):
    """HTML in the name of an app or of a class stays text."""
    folder = app_of(photos.bundle, tmp_path / "app", "float32")
    label = photos.bundle.labels[0]
    # As long as the label that it replaces: the archive has the places of its files.
    longer = "<b>&x</b>"[: len(label)]
    content = (folder / "model.tflite").read_bytes()
    (folder / "model.tflite").write_bytes(
        content.replace(json.dumps(label).encode(), json.dumps(longer.ljust(len(label))).encode())
    )
    manifest = json.loads((folder / "manifest.webmanifest").read_text())
    manifest["name"] = "<img src=x onerror=alert(1)>\u202e"
    (folder / "manifest.webmanifest").write_text(json.dumps(manifest))
    with Server(folder) as server:
        page("open", server.address)
        shown = page("drop", photos.items[0])
        assert page("evaluate", "document.querySelector('#answer b, #name img')") is None
        named = page("evaluate", "document.getElementById('name').textContent")
    assert any(row[0].startswith(longer.strip()) for row in shown["rows"])
    assert named == r"<img src=x onerror=alert(1)>\u{202e}"
