"""A bundle's report as one HTML page without other files."""

from collections.abc import Callable, Collection, Sequence

from kerastl.artifacts.bundle.artifact import Artifact
from kerastl.artifacts.bundle.bundle import Bundle
from kerastl.artifacts.bundle.chart import Chart
from kerastl.artifacts.bundle.markup import html_text

_STYLE = """\
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem }
table { border-collapse: collapse; font-variant-numeric: tabular-nums }
th, td { border-bottom: 1px solid #ccc; padding: .3rem .8rem; text-align: right }
th:first-child, td:first-child, th:last-child, td:last-child { text-align: left }
tr.refused { color: #a33 }
svg { width: 26rem; max-width: 100%; font-size: 12px; font-family: inherit }
svg .title { font-weight: bold; font-size: 13px }
svg .dot, svg .bar { fill: #2a6db0 }
svg .bar { opacity: .6 }
svg .hollow { fill: none; stroke: #a33; stroke-width: 2 }
svg .dashed { stroke: #666; stroke-dasharray: 5 4 }
svg .grid { stroke: #ddd }
"""


def report_page(
    bundle: Bundle,
    reliability: Sequence[tuple[float, float, int]] = (),
    not_timed: Collection[str] = (),
) -> str:
    """Write the table of a bundle's artifacts as an HTML page, with charts of it.

    Args:
        bundle: The bundle.
        reliability: The points of a reliability diagram; see `Measure.reliability`. Defaults to
            none, which leaves the diagram out.
        not_timed: Formats whose latency includes decoding or tokenization. They are left out of
            the chart of latencies. Defaults to none.

    Returns:
        The page, with its style inside and no link to any other file.
    """
    head, *rows = bundle.table()
    lines = [
        "<!DOCTYPE html>",
        '<html lang="en"><head><meta charset="utf-8">',
        f"<title>{html_text(bundle.directory.name)}</title>",
        f"<style>{_STYLE}</style></head><body>",
        f"<h1>{html_text(bundle.directory.name)}</h1>",
        f"<p>{html_text(bundle.task.replace('_', ' '))}, {len(bundle.labels)} classes. "
        f"{html_text(bundle.metric.capitalize())} of the model {bundle.model_accuracy:.3f} on "
        f"{bundle.examples} held-out examples.</p>",
        *([] if bundle.note is None else [f"<p>Note: {html_text(bundle.note)}.</p>"]),
        "<table>",
        _row("th", head),
    ]
    for artifact, cells in zip(bundle.artifacts, rows, strict=True):
        lines.append(_row("td", cells, "" if artifact.kept else ' class="refused"'))
    lines.append("</table>")
    lines += [chart.to_svg() for chart in _charts(bundle, reliability, not_timed)]
    labels = ", ".join(html_text(label) for label in bundle.labels)
    lines += [f"<p>Classes: {labels}</p>", "</body></html>", ""]
    return "\n".join(lines)


def _row(tag: str, cells: tuple[str, ...], attributes: str = "") -> str:
    inner = "".join(f"<{tag}>{html_text(cell)}</{tag}>" for cell in cells)
    return f"<tr{attributes}>{inner}</tr>"


def _charts(
    bundle: Bundle, reliability: Sequence[tuple[float, float, int]], not_timed: Collection[str]
) -> list[Chart]:
    measured = [a for a in bundle.artifacts if a.accuracy is not None]
    timed = [a for a in measured if a.format not in not_timed]
    charts = []
    if measured:
        size = _metric_against(bundle, measured, "size, MB", lambda a: (a.bytes or 0) / 1e6)
        charts.append(size)
    if timed:
        time = _metric_against(bundle, timed, "latency, ms", lambda a: a.latency_ms or 0.0)
        charts.append(time)
    if reliability:
        charts.append(_reliability(reliability))
    return charts


def _metric_against(
    bundle: Bundle, measured: list[Artifact], title: str, value: Callable[[Artifact], float]
) -> Chart:
    metrics = [bundle.model_accuracy, *(a.accuracy or 0.0 for a in measured)]
    margin = max(0.2 * (max(metrics) - min(metrics)), 0.01)
    widest = max(map(value, measured)) * 1.05
    name = title.partition(",")[0]
    chart = Chart(
        f"{bundle.metric} against {name}; dashed: the model",
        title,
        bundle.metric,
        (0.0, widest),
        (min(metrics) - margin, max(metrics) + margin),
    )
    chart.line((0.0, bundle.model_accuracy), (widest, bundle.model_accuracy))
    for artifact in sorted(measured, key=value):
        chart.point(
            value(artifact),
            artifact.accuracy or 0.0,
            artifact.name.removeprefix("tflite/"),
            hollow=not artifact.kept,
        )
    return chart


def _reliability(reliability: Sequence[tuple[float, float, int]]) -> Chart:
    chart = Chart(
        "calibration of the model", "confidence", "share of right answers", (0, 1), (0, 1)
    )
    for confidence, right, count in reliability:
        left = min(int(confidence * 10), 9) / 10
        tooltip = f"{count} examples, confidence {confidence:.2f}, right {right:.2f}"
        chart.bar(left, left + 0.1, right, tooltip)
    chart.line((0, 0), (1, 1))
    return chart
