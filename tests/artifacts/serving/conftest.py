"""SavedModels of the small classifiers, written once for all tests of this folder."""

import pytest


@pytest.fixture(scope="session", params=["image", "text"])
def served(request, tmp_path_factory):
    """What `make_saved_model` has when it starts to prove: exportable, examples, directory."""
    from kerastl.artifacts.saved_model.write import write_saved_model
    from tests.contracts.small_exportables import MAKERS

    exportable, held_out, _ = MAKERS[request.param]()
    directory = tmp_path_factory.mktemp(request.param) / "saved_model" / "1"
    write_saved_model(exportable, directory)
    return exportable, held_out, directory
