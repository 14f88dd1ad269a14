"""Small bundles with LiteRT files only, which a test may copy and damage."""

import shutil

import pytest

from kerastl.artifacts import export_bundle
from tests.contracts.small_exportables import MAKERS

VARIANTS = {"image": ("float32", "int8"), "text": ("float32", "dynamic")}


@pytest.fixture(scope="session")
def lite_bundles(tmp_path_factory):
    """The bundle of a small classifier for each modality. A test must not change them."""
    made = {}
    for modality, variants in VARIANTS.items():
        exportable, held_out, calibration = MAKERS[modality]()
        folder = tmp_path_factory.mktemp("lite") / modality
        made[modality] = export_bundle(
            exportable, folder, held_out=held_out, calibration=calibration, formats=("tflite",),
            quantize=variants,
        ).directory  # fmt: skip
    return made


@pytest.fixture
def copied(lite_bundles, tmp_path):
    """A copy of the bundle of images."""
    return shutil.copytree(lite_bundles["image"], tmp_path / "bundle")
