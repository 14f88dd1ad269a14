"""The small classifiers of the contract suite, for the tests of single modules too."""

import pytest


@pytest.fixture(scope="session")
def small_image():
    from tests.contracts.small_exportables import image_exportable

    return image_exportable()
