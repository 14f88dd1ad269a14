import re

import pytest

from kerastl.artifacts.bundle.chart import Chart


def _places(drawing: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r'cx="([\d.]+)" cy="([\d.]+)"', drawing)]


def test_larger_values_stand_further_right_and_higher():
    chart = Chart("t", "x", "y", (0, 10), (0, 1))
    chart.point(1, 0.2, "a")
    chart.point(9, 0.8, "b")
    (x1, y1), (x2, y2) = _places(chart.to_svg())
    assert x1 < x2
    assert y1 > y2


def test_names_are_escaped_and_told():
    chart = Chart("a < b", "x", "y", (0, 1), (0, 1))
    chart.point(0.5, 0.5, "<int8>", hollow=True)
    drawing = chart.to_svg()
    assert "&lt;int8&gt;: 0.5, 0.5" in drawing
    assert "a &lt; b" in drawing
    assert 'class="hollow"' in drawing
    assert "<int8>" not in drawing


@pytest.mark.parametrize(("ends", "ticks"), [((0, 1.6), 5), ((0.78, 0.8), 5), ((3, 3), 5)])
def test_ticks_are_few_and_round(ends, ticks):
    drawing = Chart("t", "x", "y", ends, (0, 1)).to_svg()
    shown = re.findall(r'text-anchor="middle">([\d.]+)</text>', drawing)
    assert 2 <= len(shown) <= ticks
    assert all(len(tick) <= 5 for tick in shown)
