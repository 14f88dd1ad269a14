"""Versions of the packages that a model depends on."""

from importlib.metadata import PackageNotFoundError, version

from kerastl.version import __version__

_PACKAGES = ("keras", "tensorflow", "keras-hub", "ai-edge-litert", "ai-edge-quantizer")


def installed_versions() -> dict[str, str]:
    """Name the versions of kerastl and of the packages that a model and its files come from."""
    versions = {"kerastl": __version__}
    for package in _PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            continue
    return versions
