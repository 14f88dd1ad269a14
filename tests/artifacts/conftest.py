"""The small classifiers of the contract suite and their files, made once."""

import pytest


@pytest.fixture(scope="session")
def small_image():
    from tests.contracts.small_exportables import image_exportable

    return image_exportable()


@pytest.fixture(scope="session")
def small_float32(small_image, tmp_path_factory):
    """The float32 LiteRT file of the small image classifier, without metadata."""
    from kerastl.artifacts.litert.conversion import convert_float32

    return convert_float32(small_image[0], tmp_path_factory.mktemp("work"))


@pytest.fixture(scope="session", params=["image", "text"])
def small_bundle(request):
    """A small classifier with its bundle in every format."""
    from tests.contracts.small_bundles import small_bundle

    return small_bundle(request.param)
