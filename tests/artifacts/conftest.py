"""The small classifiers of the contract suite, for the tests of single modules too."""

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[1] / "contracts"))


@pytest.fixture(scope="session")
def small_image():
    from small_exportables import image_exportable

    return image_exportable()
