"""SavedModels of the small classifiers, written once for all tests of this folder."""

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[2] / "contracts"))


@pytest.fixture(scope="session", params=["image", "text"])
def served(request, tmp_path_factory):
    """What `make_saved_model` has when it starts to prove: exportable, examples, directory."""
    from small_exportables import MAKERS

    from kerastl.artifacts.saved_model import write_saved_model

    exportable, held_out, _ = MAKERS[request.param]()
    directory = tmp_path_factory.mktemp(request.param) / "saved_model" / "1"
    write_saved_model(exportable, directory)
    return exportable, held_out, directory
