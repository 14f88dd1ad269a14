"""Versions of the installed packages, and JSON files that people can read."""

import json
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from kerastl.version import __version__

_PACKAGES = ("keras", "tensorflow", "keras-hub", "ai-edge-litert", "ai-edge-quantizer")


def installed_versions() -> dict[str, str]:
    """Return the versions of kerastl and of the packages that make a model and its files."""
    versions = {"kerastl": __version__}
    for package in _PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            continue
    return versions


def write_json(path: Path, values: dict[str, Any]) -> None:
    """Write indented JSON with a line break at its end."""
    path.write_text(json.dumps(values, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
