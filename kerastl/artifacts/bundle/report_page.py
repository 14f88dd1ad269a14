"""A bundle's report as one HTML page without other files."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any
from urllib.parse import quote

from kerastl.artifacts.bundle.artifact import Artifact
from kerastl.artifacts.bundle.bundle import Bundle
from kerastl.basics.files.plot_file import NO_MATPLOTLIB
from kerastl.seeing.drawing.figure import has_matplotlib
from kerastl.seeing.drawing.reliability import draw_reliability
from kerastl.seeing.drawing.svg import to_svg
from kerastl.seeing.drawing.tradeoff import TradeOff, draw_trade_off
from kerastl.seeing.page.parts import drawing, tile
from kerastl.seeing.page.rendering import render
from kerastl.version import __version__

_MOST_LABELS = 300
_DECADE = 10.0


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
        The page, with its style inside and no link but to the files of the bundle.
    """
    head, *rows = bundle.table()
    measured = [each for each in bundle.artifacts if each.accuracy is not None]
    drawn = has_matplotlib()
    return render(
        "bundle.html",
        title=bundle.directory.name or "Bundle",
        version=__version__,
        lead=f"{bundle.task.replace('_', ' ').capitalize()}, {len(bundle.labels):,} classes. "
        f"Every file was run and compared with the model on {bundle.examples:,} held-out examples.",
        tiles=_tiles(bundle),
        note=bundle.note,
        no_charts="" if drawn else NO_MATPLOTLIB,
        head=head,
        rows=[
            _row(artifact, cells) for artifact, cells in zip(bundle.artifacts, rows, strict=True)
        ],
        charts=_charts(bundle, measured, reliability, not_timed) if drawn else [],
        labels=bundle.labels[:_MOST_LABELS],
        labels_more=len(bundle.labels) - _MOST_LABELS,
    )


def _tiles(bundle: Bundle) -> list[dict[str, str]]:
    kept = [each for each in bundle.artifacts if each.kept]
    refused = len(bundle.artifacts) - len(kept)
    tiles = [tile(f"{bundle.model_accuracy:.3f}", f"{bundle.metric} of the model")]
    if sizes := [each for each in kept if each.bytes]:
        smallest = min(sizes, key=lambda each: each.bytes or 0)
        tiles.append(tile(f"{(smallest.bytes or 0) / 1e6:.2f} MB", f"smallest: {smallest.name}"))
    if timed := [each for each in kept if each.latency_ms]:
        fastest = min(timed, key=lambda each: each.latency_ms or 0.0)
        tiles.append(tile(f"{fastest.latency_ms:.2f} ms", f"fastest: {fastest.name}"))
    tiles.append(tile(f"{len(kept)}", "files verified", "good" if kept else "bad"))
    if refused:
        tiles.append(tile(f"{refused}", "files refused", "bad"))
    return tiles


def _row(artifact: Artifact, cells: tuple[str, ...]) -> dict[str, Any]:
    return {
        "cells": cells[1:],
        "name": cells[0],
        "address": None if artifact.path is None else quote(artifact.path.as_posix()),
        "look": "" if artifact.kept else "bad",
    }


def _charts(
    bundle: Bundle,
    measured: list[Artifact],
    reliability: Sequence[tuple[float, float, int]],
    not_timed: Collection[str],
) -> list[dict[str, Any]]:
    timed = [each for each in measured if each.format not in not_timed]
    charts = []
    if measured:
        charts.append(_against(bundle, measured, "size (MB)", lambda a: (a.bytes or 0) / 1e6))
    if timed:
        charts.append(_against(bundle, timed, "latency (ms)", lambda a: a.latency_ms or 0.0))
    if reliability:
        svg = to_svg(draw_reliability(reliability), "reliability diagram of the model")
        caption = "Calibration of the model: bars below the dashed line are too sure."
        charts.append(drawing(svg, caption, width=26))
    return charts


def _against(
    bundle: Bundle, measured: list[Artifact], title: str, value: Callable[[Artifact], float]
) -> dict[str, Any]:
    # The interval of a share; other metrics have none here.
    known = bundle.metric == "accuracy" and bundle.examples > 0
    points = [
        TradeOff(
            each.name.removeprefix("tflite/"),
            value(each),
            each.accuracy or 0.0,
            _wilson(each.accuracy or 0.0, bundle.examples) if known else None,
            refused=not each.kept,
        )
        for each in sorted(measured, key=value)
    ]
    figure = draw_trade_off(
        points,
        cost=title,
        metric=bundle.metric,
        reference=bundle.model_accuracy,
        log=_spans_decades([each.cost for each in points]),
    )
    caption = f"{bundle.metric.capitalize()} against {title}; dashed: the model."
    if known:
        caption += " Lines are 95 % intervals."
    svg = to_svg(figure, f"{bundle.metric} against {title} of each file")
    return drawing(svg, caption, width=34)


def _spans_decades(costs: Sequence[float]) -> bool:
    return min(costs) > 0 and max(costs) / min(costs) >= _DECADE


def _wilson(share: float, examples: int) -> tuple[float, float]:
    from scipy.stats import binomtest

    found = binomtest(round(share * examples), examples).proportion_ci(method="wilson")
    return float(found.low), float(found.high)
