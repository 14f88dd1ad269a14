"""A bundle that somebody else made leads to no file outside itself."""

import importlib.util
import json
import zipfile
from pathlib import Path

import pytest

from kerastl.artifacts import Artifact, Bundle
from kerastl.cli.apps.mobile_sources import fill_source

EXPORT = Path(__file__).resolve().parents[2] / "export"
ROW = Artifact("tflite/int8", Path("tflite/int8.tflite"), 9, 0.5, 1.0, 0.0, 2.0, "kept")


def write_json(path, values):
    path.write_text(json.dumps(values), encoding="utf-8")


def program(path):
    spec = importlib.util.spec_from_file_location(Path(path).stem, EXPORT / path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def folder(tmp_path):
    """A bundle with one file, beside a secret."""
    (tmp_path / "secret.txt").write_text("secret")
    folder = tmp_path / "bundle"
    (folder / "tflite").mkdir(parents=True)
    (folder / "tflite" / "int8.tflite").write_bytes(b"model")
    (folder / "labels.txt").write_text("a\nb\n")
    report = Bundle(folder, "image_classification", ("a", "b"), 9, 0.5, (ROW,))
    write_json(folder / "report.json", report.to_json())
    return folder


def change(folder, **values):
    report = json.loads((folder / "report.json").read_text())
    report["artifacts"][0] |= values
    write_json(folder / "report.json", report)


@pytest.mark.parametrize(
    "path",
    ["../../x", "../secret.txt", "/etc/passwd", "tflite/../../secret.txt", "..", "a\0b", "link",
     "linked/secret.txt", "loop"],
)  # fmt: skip
def test_a_report_that_names_a_file_outside_is_refused(folder, path):
    (folder / "link").symlink_to(folder.parent / "secret.txt")
    (folder / "linked").symlink_to(folder.parent)
    change(folder, path=path)
    if path == "loop":
        (folder / "loop").symlink_to("loop")
        assert Bundle.load(folder).path(ROW.name) == folder / "loop"  # opening it fails
        return
    with pytest.raises(ValueError, match=r"outside the bundle, which is not read\. Received: '"):
        Bundle.load(folder)


@pytest.mark.parametrize("path", ["tflite/int8.tflite", "inner", None, "tflite/gone.tflite"])
def test_a_report_that_names_files_inside_is_read(folder, path):
    (folder / "inner").symlink_to("tflite")
    change(folder, path=path)
    row = Bundle.load(folder)[ROW.name]
    assert row.path == (None if path is None else Path(path))
    moved = folder.rename(folder.with_name("moved"))
    folder.symlink_to(moved)
    assert Bundle.load(folder)[ROW.name] == row


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"[" * 100_000, b'{"task": 1}',
        b'{"task": "t", "labels": "ab", "examples": 1, "model_accuracy": 1, "artifacts": []}',
        b'{"task": "t", "labels": [], "examples": 1, "model_accuracy": 1' + b"0" * 400 + b"}",
    ],
)  # fmt: skip
def test_a_damaged_report_is_named(folder, content):
    (folder / "report.json").write_bytes(content)
    with pytest.raises(ValueError, match=r"report\.json is damaged: .* Received: ") as error:
        Bundle.load(folder)
    assert str(folder / "report.json") in str(error.value)


@pytest.mark.parametrize("name", list(ROW.to_json()))
@pytest.mark.parametrize("value", [["x"], {}, True, "gone"])
def test_a_damaged_row_is_named(folder, name, value):
    report = json.loads((folder / "report.json").read_text())
    row = report["artifacts"][0]
    if value == "gone":
        del row[name]
    else:
        row[name] = value
    write_json(folder / "report.json", report)
    with pytest.raises(ValueError, match=rf"is damaged: '{name}' is "):
        Bundle.load(folder)


# Programs that copy files of a bundle


@pytest.mark.parametrize("path", ["..", "../..", "/etc", "saved_model/1"])
def test_publishing_copies_nothing_from_outside(folder, path):
    version = folder / "saved_model" / "1"
    version.mkdir(parents=True)
    (version / "saved_model.pb").symlink_to(folder.parent / "secret.txt")
    write_json(folder / "kerastl.json", {"saved_model": {"path": path}})
    served = folder.parent / "served"
    with pytest.raises(SystemExit, match="leads out of the bundle"):
        program("serving/publish.py").publish(folder, served)
    assert not served.exists()


@pytest.mark.parametrize(
    ("model", "shape"),
    [
        ("int8", [1, "8; exec()", 8, 3]),
        ("int8", [1, 8, None, 3]),
        ("int8", "1883"),
        ("../../secret", [1, 8, 8, 3]),
        ('x"); run("', [1, 8, 8, 3]),
    ],
)
def test_generated_sources_have_no_code_of_a_bundle(model, shape):
    inputs = {"pixels": {"shape": shape, "dtype": "uint8"}}
    with pytest.raises(ValueError, match="is damaged"):
        fill_source("@MODEL@ @WIDTH@", model, inputs, 2, "com.example")


def test_a_receiver_unpacks_no_more_than_the_file(tmp_path):
    path = tmp_path / "model.tflite"
    path.write_bytes(b"\0" * 4 + b"TFL3")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("kerastl.json", b" " * 5_000_000)
    with pytest.raises(SystemExit, match="unpacks to more than the file"):
        program("python/classify.py").associated_files(path)
