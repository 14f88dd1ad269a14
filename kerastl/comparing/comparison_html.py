"""A comparison of backbones as HTML for notebooks."""

from __future__ import annotations

from collections.abc import Sequence

from kerastl.comparing.compared_backbone import VARIANTS, ComparedBackbone, DevicePoint
from kerastl.seeing.notebook.markup import Html, page_part, paragraphs, table


def comparison_html(
    rows: Sequence[ComparedBackbone], frontier: Sequence[DevicePoint], remarks: Sequence[str]
) -> Html:
    """Return accuracy with its interval, size and latency of each backbone.

    Args:
        rows: One for each backbone, in the order of the table.
        frontier: The files that no other one beats.
        remarks: Lines below the table.
    """
    best = {(id(row), variant) for row, variant, _ in frontier}
    titles = ["backbone", "accuracy (95 % interval)", "parameters"]
    titles += [f"{variant}: {what}" for variant in VARIANTS for what in ("MB", "ms")]
    lines = []
    for row in rows:
        accuracy = "-" if row.accuracy is None else f"{row.accuracy:.3f}"
        if row.accuracy_interval is not None:
            low, high = row.accuracy_interval
            accuracy += f" ({low:.3f} to {high:.3f})"
        cells = [row.name, accuracy, "-" if row.parameters is None else f"{row.parameters:,}"]
        files = row.files()
        for variant in VARIANTS:
            found = files.get(variant)
            mark = "" if found is None or found.measured else "~"
            cells.append("-" if found is None else f"{mark}{found.bytes / 1e6:.2f}")
            known = found is not None and found.latency_ms is not None
            cells.append(f"{mark}{found.latency_ms:.2f}" if known and found is not None else "-")
        variants = [variant for variant in VARIANTS if (id(row), variant) in best]
        lines.append([*cells, ", ".join(variants) or "-"])
    problems = [f"{row.name}: {row.problem}" for row in rows if row.problem]
    return page_part(
        f"Comparison of {len(rows)} backbones",
        table([*titles, "frontier"], lines),
        paragraphs([*problems, *remarks]),
    )
