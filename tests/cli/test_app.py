"""`kerastl app`: each kind of app answers as the model of its bundle does."""

import importlib.util
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from kerastl.cli.apps.receiver import RECEIVERS, find_receiver
from kerastl.cli.main import main
from tests.chromium import find_browser
from tests.contracts.small_bundles import small_bundle
from tests.export.web_page import Browser, Server

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
KINDS = list(dict.fromkeys(each.name for each in RECEIVERS))
FITTING = [
    (modality, kind)
    for modality in ("image", "text")
    for kind in KINDS
    if any(f"{modality}_classification" in each.tasks for each in RECEIVERS if each.name == kind)
]


@pytest.fixture
def app(tmp_path, capsys):
    """Write an app, and return its folder."""

    def app(kind, modality, *options):
        out = tmp_path / kind
        bundle = small_bundle(modality).bundle.directory
        assert main(["app", kind, str(out), "--bundle", str(bundle), *options]) == 0
        printed = capsys.readouterr().out
        assert all(str(path) in printed for path in out.iterdir())
        return out

    return app


@pytest.fixture
def refused(tmp_path, capsys):
    """Ask for an app that cannot be written, and return the error."""

    def refused(*words):
        before = sorted(tmp_path.rglob("*"))
        assert main(["app", *map(str, words)]) == 2
        assert sorted(tmp_path.rglob("*")) == before
        return capsys.readouterr().err

    return refused


def example(small, folder):
    """An input for the command line and the label that the model gives it."""
    label = small.exportable.class_names[small.scores[0].argmax()]
    if small.modality == "text":
        return small.held_out.raw[0], label
    pixels = np.round(small.held_out.inputs["pixels"][0]).astype("uint8")
    Image.fromarray(pixels).save(folder / "photo.png")
    return str(folder / "photo.png"), label


@pytest.mark.parametrize(("modality", "kind"), FITTING)
def test_an_app_has_the_receivers_files_the_model_and_its_readme(app, modality, kind):
    folder = app(kind, modality)
    receiver = find_receiver(kind, f"{modality}_classification")
    names = {path.name for path in folder.iterdir()}
    assert {Path(name).name for name in receiver.files} < names
    readme = (folder / "README.md").read_text(encoding="utf-8")
    assert readme.startswith(f"# {receiver.about}\n")
    assert small_bundle(modality).bundle.labels[0] in readme
    # Files that a command names are there.
    for word in re.findall(r"[\w.]+\.(?:py|tflite|swift|kt|txt)\b", readme):
        assert word in names, word


@pytest.mark.parametrize("modality", ["image", "text"])
@pytest.mark.parametrize("kind", ["python", "mediapipe"])
def test_the_command_in_the_readme_prints_the_models_label(app, modality, kind, tmp_path):
    if kind == "mediapipe" and importlib.util.find_spec("mediapipe") is None:
        pytest.skip("mediapipe is not installed")
    small = small_bundle(modality)
    # The integer file of a tiny text model is too coarse, and MediaPipe needs a lowercase one.
    folder = app(kind, modality, "--file", "float32")
    readme = (folder / "README.md").read_text(encoding="utf-8")
    (command,) = re.findall(r"^python .*$", readme, re.MULTILINE)
    given, label = example(small, tmp_path)
    words = [sys.executable, *shlex.split(command)[1:-1], given]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split("\t")[1] == label


@pytest.mark.parametrize(("modality", "give"), [("image", "drop"), ("text", "write")])
def test_the_page_answers_in_a_browser(app, tmp_path, modality, give):
    given, label = example(small_bundle(modality), tmp_path)
    with (
        Browser(find_browser()) as page,
        Server(app("web", modality, "--file", "float32")) as server,
    ):
        assert page("open", server.address) == "Ready"
        assert page(give, given)["title"] == label
        assert page("told") == {"elsewhere": [], "errors": []}


@pytest.mark.parametrize("modality", ["image", "text"])
def test_the_served_folder_has_the_model_that_the_client_asks(app, modality):
    import tensorflow as tf

    folder = app("serving", modality)
    (version,) = (folder / "models" / "classifier").iterdir()
    assert version.name == "1"
    small = small_bundle(modality)
    served = tf.saved_model.load(str(version)).signatures["serving_default"]
    spec = importlib.util.spec_from_file_location("client", folder / "client.py")
    client = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(client)
    (name,) = served.structured_input_signature[1]
    given = small.held_out.raw[:3]
    scores = served(**{name: tf.constant(given)})["scores"]
    np.testing.assert_allclose(scores, small.scores[:3], atol=1e-5)
    if modality == "text":
        request = client.make_request(folder, given)
        assert request == {"instances": [{name: text} for text in given]}


@pytest.mark.parametrize(
    ("kind", "file", "expected"),
    [
        ("android", "int8", ["WIDTH = 32", "HEIGHT = 32", '"int8.tflite"', "put(value.toByte())"]),
        ("android", "float32", ['"float32.tflite"', "putFloat(value.toFloat())"]),
        ("ios", "int8", ["width = 32", 'forResource: "int8"', "UInt8($0)"]),
        ("ios", "float32", ['forResource: "float32"', "Float32($0)"]),
    ],
)
def test_sources_hold_the_bundles_names(app, kind, file, expected):
    folder = app(kind, "image", "--file", file, "--package", "org.example.trash")
    (source,) = (each.read_text() for each in folder.iterdir() if each.stem == "ImageClassifier")
    assert not re.search(r"@\w+@", source)
    assert source.count("{") == source.count("}")
    assert all(text in source for text in expected)
    assert ("package org.example.trash\n" in source) == (kind == "android")
    assert (folder / "labels.txt").read_text().split() == list(small_bundle("image").bundle.labels)


def test_bad_input_is_named_and_nothing_is_written(refused, tmp_path):
    images, texts = (small_bundle(each).bundle.directory for each in ("image", "text"))
    out = tmp_path / "app"
    assert "Did you mean 'web'?" in refused("wep", out, "--bundle", images)
    assert "does not answer for text classification; this does: 'web', 'python'" in refused(
        "android", out, "--bundle", texts
    )
    assert "no such bundle" in refused("web", out, "--bundle", tmp_path / "absent")
    assert "not an exported bundle" in refused("web", out, "--bundle", tmp_path)
    assert "Received: 'int8_io'" in refused("web", out, "--bundle", images, "--file", "int8_io")
    assert "Did you mean 'int8'?" in refused("web", out, "--bundle", images, "--file", "int9")
    assert "runs the SavedModel" in refused("serving", out, "--bundle", images, "--file", "int8")
    assert "looks like com.example.app. Received: '1.example'" in refused(
        "android", out, "--bundle", images, "--package", "1.example"
    )
    out.mkdir()
    (out / "README.md").write_text("mine")
    assert "nothing is replaced: pass another directory" in refused("web", out, "--bundle", images)


@pytest.mark.parametrize(
    ("kind", "name"),
    [("ios", "labels.txt"), ("web", "tflite/int8.tflite"), ("serving", "saved_model/1/more.txt")],
)
def test_no_file_from_outside_the_bundle_is_copied(refused, tmp_path, kind, name):
    bundle = tmp_path / "bundle"
    shutil.copytree(small_bundle("image").bundle.directory, bundle)
    (tmp_path / "secret.txt").write_text("secret")
    (bundle / name).unlink(missing_ok=True)
    (bundle / name).symlink_to(tmp_path / "secret.txt")
    said = refused(kind, tmp_path / "app", "--bundle", bundle)
    assert re.search("is damaged|outside the bundle", said), said


def test_the_wheel_carries_every_file_of_every_receiver():
    described = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    included = described["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    for receiver in RECEIVERS:
        for name in receiver.files:
            places = [f"export/{name}", *(f"export/{each}" for each in Path(name).parents)]
            found = [included[place] for place in places if place in included]
            assert found, name
            assert found[0].startswith("kerastl/_export/"), name
