"""The part of `kerastl.json` that is the same for every file of a model."""

from typing import Any

from kerastl.artifacts.exportable import Exportable
from kerastl.basics.installed_versions import installed_versions


def describe(exportable: Exportable) -> dict[str, Any]:
    """Describe a model's labels, preprocessing and versions.

    Args:
        exportable: The model.

    Returns:
        JSON values. Each format adds the signatures of its files.
    """
    unknown = exportable.unknown
    return {
        "format": 1,
        "task": exportable.task,
        "labels": list(exportable.class_names),
        "scores": exportable.measure.score_means,
        "agreement": exportable.measure.agreement_means,
        **exportable.measure.describe(exportable.class_names),
        **({} if unknown is None else {"unknown": unknown.describe()}),
        "preprocessing": exportable.reader.describe(),
        "versions": installed_versions(),
    }
