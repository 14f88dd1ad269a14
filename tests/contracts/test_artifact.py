"""Demands on every exported file, for each modality, format and variant."""

import errno
import hashlib
import importlib.util
import json
import re
import resource
import subprocess
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from kerastl.artifacts import Bundle, Exportable, export_bundle
from kerastl.artifacts.formats.registry import DEFAULT_FORMATS, FORMATS, export_format
from tests.contracts.small_bundles import VARIANTS, small_bundle
from tests.contracts.small_exportables import MAKERS

pytestmark = pytest.mark.slow
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


def test_no_file_holds_a_path_of_this_machine(exported):
    folder = exported.bundle.directory
    places = [f"{place}/".encode() for place in (Path.cwd(), Path.home(), folder.parent)]
    held = {
        path.relative_to(folder).as_posix(): place
        for path in folder.rglob("*")
        for place in places
        if path.is_file() and place in path.read_bytes()
    }
    assert held == {}


class Damaged(Exportable):
    """A model whose files compute something slightly different."""

    def scores(self, inputs):
        scores = super().scores(inputs)["scores"]
        return {"scores": scores * 0.999}


@pytest.mark.parametrize("modality", MAKERS)
def test_a_damaged_model_is_refused(modality, format, tmp_path):
    exportable, held_out, _ = MAKERS[modality]()
    given = {each.name: getattr(exportable, each.name) for each in fields(exportable) if each.init}
    damaged = Damaged(**given)
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
    linked = set(re.findall(r'\b(?:src|href)="([^#"][^"]*)"', page))
    assert linked == {each.path.as_posix() for each in bundle.artifacts if each.path is not None}
    # Names of the XML of drawings are no addresses.
    assert not re.search(r"url\((?!#)|https?://(?!www\.w3\.org/)", page)
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


def test_a_format_that_is_misspelt_is_named_with_the_nearest(format, tmp_path):
    exportable, held_out, _ = MAKERS["image"]()
    wrong = format.name[:-1]
    with pytest.raises(ValueError, match=rf"Did you mean '{format.name}'\?[\s\S]*'{wrong}'"):
        export_bundle(exportable, tmp_path / "bundle", held_out=held_out, formats=(wrong,))
    assert list(tmp_path.iterdir()) == []
