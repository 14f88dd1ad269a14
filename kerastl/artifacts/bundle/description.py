"""The description that a bundle gives its receivers: task, labels, preprocessing, versions."""

from typing import Any

from kerastl.artifacts.exportable import Exportable
from kerastl.basics.installed_versions import installed_versions


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
