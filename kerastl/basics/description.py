"""What a receiver must know, readable by people and programs."""

import json
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from kerastl.artifacts.exportable import Exportable
from kerastl.version import __version__

_PACKAGES = ("keras", "tensorflow", "keras-hub", "ai-edge-litert", "ai-edge-quantizer")


def describe(exportable: Exportable) -> dict[str, Any]:
    """Describe labels, preprocessing and versions; signatures come from the files themselves."""
    return {
        "format": 1,
        "task": exportable.task,
        "labels": list(exportable.class_names),
        "scores": exportable.measure.score_means,
        "agreement": exportable.measure.agreement_means,
        **exportable.measure.describe(exportable.class_names),
        "preprocessing": exportable.reader.describe(),
        "versions": installed_versions(),
    }


def installed_versions() -> dict[str, str]:
    """Name the versions of kerastl and of the packages that a model and its files come from."""
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
