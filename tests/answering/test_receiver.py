"""The Python program for users without kerastl gives the answers of `load_bundle`."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

import kerastl as ktl
from tests.answering.conftest import VARIANTS
from tests.contracts.small_exportables import MAKERS

EXPORT = Path(__file__).resolve().parents[2] / "export"
TEXTS = ["A fine film.", "", "a\0b", "very awful " * 400, "東京 naïve ❤\ufe0f"]

IMPORTED = """
import importlib.metadata, sys
from kerastl.cli.main import main
import kerastl.answering.serving.handler, kerastl.answering.serving.predict_call
assert main(["predict", *sys.argv[1:]]) == 0
names = importlib.metadata.packages_distributions()
imported = {module.partition(".")[0] for module in sys.modules} - sys.stdlib_module_names
print(*sorted({names[module][0] for module in imported if module in names}))
"""


@pytest.fixture(scope="module")
def program():
    path = EXPORT / "python" / "classify.py"
    spec = importlib.util.spec_from_file_location("classify", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("modality", "variant"), [(each, v) for each, names in VARIANTS.items() for v in names]
)
def test_both_give_the_same_scores(program, lite_bundles, modality, variant):
    model = ktl.load_bundle(lite_bundles[modality], variant)
    path = ktl.artifacts.Bundle.load(lite_bundles[modality]).path(model.format)
    classify = program.Classifier(path)
    items = TEXTS if modality == "text" else MAKERS["image"]()[1].raw[:10]
    for item, answer in zip(items, model.predict(list(items)), strict=True):
        # One value of a pixel may be rounded the other way.
        assert classify(item) == pytest.approx(answer.probabilities, abs=2e-3)


@pytest.mark.parametrize("modality", VARIANTS)
def test_the_packages_of_the_image_suffice(lite_bundles, tmp_path, modality):
    raw = MAKERS[modality]()[1].raw[0]
    if isinstance(raw, bytes):
        (tmp_path / "0.png").write_bytes(raw)
        raw = str(tmp_path / "0.png")
    done = subprocess.run(
        [sys.executable, "-c", IMPORTED, str(lite_bundles[modality]), raw],
        capture_output=True, text=True, check=True, cwd=EXPORT.parent,
    )  # fmt: skip
    lines = (EXPORT / "serving" / "Dockerfile").read_text(encoding="utf-8")
    installed = set(re.findall(r'"([a-z-]+)>=', lines)) | {"kerastl"}
    imported = set(done.stdout.splitlines()[-1].split())
    # Every environment has setuptools, which looks into each process that starts.
    assert imported - {"setuptools"} <= installed
    # Packages of the image are those that the page names.
    page = (EXPORT.parent / "docs" / "bundles.md").read_text(encoding="utf-8")
    (line,) = re.findall(r"pip install (ai-edge-litert .*)", page)
    assert set(line.split()) == installed - {"kerastl"}


def test_the_compose_file_and_the_images_name_one_bundle():
    compose = yaml.safe_load((EXPORT / "serving/compose.bundle.yaml").read_text(encoding="utf-8"))
    (service,) = compose["services"].values()
    assert list(service["build"]["additional_contexts"]) == ["bundle"]
    assert service["ports"] == ["8501:8501"]
    for name in ("Dockerfile", "tensorflow.Dockerfile"):
        assert "COPY --from=bundle " in (EXPORT / "serving" / name).read_text(encoding="utf-8")
