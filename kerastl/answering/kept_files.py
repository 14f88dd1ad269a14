"""Choose a LiteRT file of a bundle."""

from __future__ import annotations

from kerastl.artifacts.bundle.artifact import Artifact
from kerastl.artifacts.bundle.bundle import Bundle
from kerastl.basics.suggest import unknown_name

_PREFIX = "tflite/"
# The fastest on phones and boards first. Integer activations cost transformers more accuracy.
_PREFERRED = {
    "image": ("int8", "float16", "float32", "weight_only", "dynamic", "int4", "int8_io"),
    "text": ("dynamic", "float16", "float32", "weight_only", "int8", "int4", "int8_io"),
}


def kept_files(report: Bundle) -> dict[str, Artifact]:
    """Return the rows of the LiteRT files that were kept, by variant such as `"int8"`.

    Raises:
        ValueError: If there is none.
    """
    kept = {
        row.name.removeprefix(_PREFIX): row
        for row in report.artifacts
        if row.kept and row.path is not None and row.name.startswith(_PREFIX)
    }
    if not kept:
        raise ValueError(
            'The bundle has no LiteRT file: export again with "tflite" among the formats. '
            f"Received: {str(report.directory)!r}"
        )
    return kept


def default_file(report: Bundle, modality: str) -> Artifact:
    """Return the row of the file that answers where none is named.

    Args:
        report: The bundle's report.
        modality: `"image"` or `"text"`.
    """
    kept = kept_files(report)
    known = [kept[name] for name in _PREFERRED[modality] if name in kept]
    return known[0] if known else next(iter(kept.values()))


def chosen_file(report: Bundle, format: str) -> Artifact:
    """Return the row of a file by its name.

    Args:
        report: The bundle's report.
        format: Such as `"int8"` or `"tflite/int8"`.

    Raises:
        ValueError: If there is no such file, or it was refused.
    """
    kept = kept_files(report)
    name = format.removeprefix(_PREFIX)
    if name in kept:
        return kept[name]
    refused = [row for row in report.artifacts if row.name == f"{_PREFIX}{name}"]
    if refused:
        raise ValueError(
            f"This file was not written; the bundle has {', '.join(map(repr, kept))}. "
            f"Received: format={format!r}, {refused[-1].decision}"
        )
    raise unknown_name("LiteRT file", format, kept)
