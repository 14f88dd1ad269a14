"""Charts of a report, as SVG inside the page."""

import math

from kerastl.artifacts.bundle.markup import html_text

_WIDTH, _HEIGHT = 420, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 60, 20, 34, 46


class Chart:
    """A pair of axes with points, lines and bars.

    Args:
        title: Title of the chart.
        x_title: Title of the horizontal axis, with its unit.
        y_title: Title of the vertical axis.
        x_range: Its ends.
        y_range: Its ends.

    Example:

    ```python
    chart = Chart("accuracy against size", "size, MB", "accuracy", (0, 2), (0.8, 1))
    chart.point(0.6, 0.91, "int8")
    chart.to_svg()  # "<svg ..."
    ```
    """

    def __init__(
        self,
        title: str,
        x_title: str,
        y_title: str,
        x_range: tuple[float, float],
        y_range: tuple[float, float],
    ) -> None:
        self._title = title
        self._titles = x_title, y_title
        self._x_range, self._y_range = _widened(x_range), _widened(y_range)
        self._shapes: list[str] = []
        self._points = 0

    def point(self, x: float, y: float, label: str, *, hollow: bool = False) -> None:
        """Draw a point, filled or hollow, with its name."""
        left, top = self._place(x, y)
        # Names of neighbours alternate between above and below.
        offset = -9 if self._points % 2 == 0 else 18
        self._points += 1
        anchor = "end" if left > _WIDTH * 0.7 else "start" if left < _WIDTH * 0.3 else "middle"
        look = "hollow" if hollow else "dot"
        self._shapes += [
            f'<circle cx="{left:.1f}" cy="{top:.1f}" r="4.5" class="{look}">'
            f"<title>{html_text(label)}: {x:.4g}, {y:.4g}</title></circle>",
            f'<text x="{left:.1f}" y="{top + offset:.1f}" text-anchor="{anchor}">'
            f"{html_text(label)}</text>",
        ]

    def line(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Draw a dashed line."""
        (x1, y1), (x2, y2) = self._place(*start), self._place(*end)
        self._shapes.append(
            f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="dashed"/>'
        )

    def bar(self, left: float, right: float, height: float, tooltip: str) -> None:
        """Draw a bar from the bottom, with a tooltip."""
        x1, top = self._place(left, height)
        x2, bottom = self._place(right, self._y_range[0])
        self._shapes.append(
            f'<rect x="{x1:.1f}" y="{top:.1f}" width="{max(x2 - x1 - 1, 1):.1f}" '
            f'height="{bottom - top:.1f}" class="bar"><title>{html_text(tooltip)}</title></rect>'
        )

    def to_svg(self) -> str:
        """Return the drawing. Its colours come from the style of the page."""
        x_title, y_title = map(html_text, self._titles)
        title = html_text(self._title)
        middle = (_TOP + _HEIGHT - _BOTTOM) / 2
        lines = [
            f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{title}">',
            f'<text x="{_LEFT}" y="16" class="title">{title}</text>',
            f'<text x="{(_LEFT + _WIDTH - _RIGHT) / 2}" y="{_HEIGHT - 8}" '
            f'text-anchor="middle">{x_title}</text>',
            f'<text transform="translate(14 {middle}) rotate(-90)" '
            f'text-anchor="middle">{y_title}</text>',
            *self._axes(),
            *self._shapes,
            "</svg>",
        ]
        return "\n".join(lines)

    def _axes(self) -> list[str]:
        (low_x, high_x), (low_y, high_y) = self._x_range, self._y_range
        lines = []
        for tick in _ticks(low_x, high_x):
            x, y = self._place(tick, low_y)
            lines.append(f'<text x="{x:.1f}" y="{y + 16:.1f}" text-anchor="middle">{tick:g}</text>')
        for tick in _ticks(low_y, high_y):
            x, y = self._place(low_x, tick)
            end = self._place(high_x, tick)[0]
            lines.append(f'<line x1="{x}" y1="{y:.1f}" x2="{end}" y2="{y:.1f}" class="grid"/>')
            lines.append(f'<text x="{x - 6}" y="{y + 4:.1f}" text-anchor="end">{tick:g}</text>')
        return lines

    def _place(self, x: float, y: float) -> tuple[float, float]:
        (low_x, high_x), (low_y, high_y) = self._x_range, self._y_range
        across = (x - low_x) / (high_x - low_x) * (_WIDTH - _LEFT - _RIGHT)
        up = (y - low_y) / (high_y - low_y) * (_HEIGHT - _TOP - _BOTTOM)
        return _LEFT + across, _HEIGHT - _BOTTOM - up


def _widened(ends: tuple[float, float]) -> tuple[float, float]:
    low, high = ends
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def _ticks(low: float, high: float) -> list[float]:
    rough = (high - low) / 4
    power = 10 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough)
    first = math.ceil(low / step - 1e-9)
    return [round(step * n, 10) for n in range(first, math.floor(high / step + 1e-9) + 1)]
