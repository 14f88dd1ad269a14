"""Small parts of HTML for notebooks, in which every text is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from kerastl.basics.printable import printable, printable_lines

MOST_ROWS = 30
"""Rows of a table; the number of further rows is written below it."""
_LONGEST = 600

# Grey with opacity is readable on a light and on a dark page. Notebooks show no scripts.
_STYLE = """
.ktl{font:13px/1.45 system-ui,sans-serif;max-width:60em}
.ktl h4{margin:.6em 0 .3em;font-size:1em}
.ktl p{margin:.3em 0}
.ktl table{border-collapse:collapse;margin:.4em 0}
.ktl th,.ktl td{padding:.15em .7em .15em 0;text-align:left;border:0;
border-bottom:1px solid rgba(127,127,127,.3);background:none}
.ktl td.n,.ktl th.n{text-align:right;font-variant-numeric:tabular-nums}
.ktl .cards{display:flex;flex-wrap:wrap;gap:.8em;margin:.4em 0}
.ktl figure{margin:0;width:10.5em}
.ktl figure img{width:100%;height:10.5em;object-fit:contain;object-position:left top;
display:block;margin:0 0 .2em}
.ktl figcaption{overflow-wrap:anywhere;font-size:.92em}
.ktl .gone{display:flex;align-items:center;justify-content:center;height:6em;
border:1px dashed rgba(127,127,127,.6);text-align:center;padding:.3em}
.ktl .wrong{border-left:3px solid #c4510d;padding-left:.45em}
.ktl .right{border-left:3px solid #00805c;padding-left:.45em}
.ktl .text{overflow-wrap:anywhere;white-space:pre-wrap}
.ktl mark{background:rgba(230,159,0,.35);color:inherit;border-radius:.2em;padding:0 .15em}
.ktl mark small{opacity:.75;margin-left:.3em}
.ktl .quiet{opacity:.7}
.ktl svg{max-width:100%;height:auto}
""".replace("\n", "")


class Html(str):
    """A text that is HTML. Every other text is escaped."""

    def __html__(self) -> str:
        return self


def text(value: Any) -> Html:
    """Return a value as HTML that is rendered as its text on one line.

    Example:

    >>> text("glass <b>")
    'glass &lt;b&gt;'
    """
    return value if isinstance(value, Html) else Html(escape(printable(str(value))))


def paragraphs(lines: Iterable[str]) -> Html:
    """Return lines of text as paragraphs."""
    return Html("".join(f'<p dir="auto">{text(line)}</p>' for line in lines))


def long_text(value: str) -> Html:
    """Return a text of several lines; of more than 600 characters, the first are shown."""
    cut = value if len(value) <= _LONGEST else f"{value[: _LONGEST - 1]}…"
    return Html(f'<div class="text" dir="auto">{escape(printable_lines(cut))}</div>')


def page_part(title: str, *parts: str) -> Html:
    """Return parts under a title, with the style that they need."""
    return Html(
        f'<div class="ktl"><style>{_STYLE}</style><h4>{text(title)}</h4>{"".join(parts)}</div>'
    )


def table(headings: Sequence[Any], rows: Sequence[Sequence[Any]], *, numbers_from: int = 1) -> Html:
    """Return a table; of more than 30 rows, the first are shown.

    Args:
        headings: Title of each column.
        rows: Cells of each row: texts, numbers or `Html`.
        numbers_from: First column that is aligned to the right. Defaults to 1.
    """

    def line(cells: Iterable[Any], tag: str) -> str:
        made = (
            f"<{tag}{' class=n' if place >= numbers_from else ''} dir=auto>{text(cell)}</{tag}>"
            for place, cell in enumerate(cells)
        )
        return f"<tr>{''.join(made)}</tr>"

    body = "".join(line(row, "td") for row in rows[:MOST_ROWS])
    more = ""
    if len(rows) > MOST_ROWS:
        more = f'<p class="quiet">… {len(rows) - MOST_ROWS:,} more rows</p>'
    head = f"<thead>{line(headings, 'th')}</thead>"
    return Html(f"<table>{head}<tbody>{body}</tbody></table>{more}")


def card(image: str | None, lines: Sequence[Any], *, alt: str, right: bool | None = None) -> Html:
    """Return an image with lines of text below it.

    Args:
        image: Its data address; None for an image that cannot be read.
        lines: Texts or `Html`.
        alt: What the image is, for readers who do not see it.
        right: Whether the line at its side marks a right or a wrong answer. Defaults to None: none.
    """
    shown = (
        f'<div class="gone">{text("cannot be read")}</div>'
        if image is None
        else f'<img src="{escape(image)}" alt="{text(alt)}">'
    )
    caption = "".join(f"<div dir=auto>{text(line)}</div>" for line in lines)
    return Html(f"<figure{_side(right)}>{shown}<figcaption>{caption}</figcaption></figure>")


def note(body: Html, lines: Sequence[Any], *, right: bool | None = None) -> Html:
    """Return a text with lines of text below it; see `card`."""
    caption = "".join(f"<div dir=auto>{text(line)}</div>" for line in lines)
    return Html(f"<div{_side(right)}>{body}<div class=quiet>{caption}</div></div>")


def cards(each: Iterable[str]) -> Html:
    """Return cards next to each other."""
    return Html(f'<div class="cards">{"".join(each)}</div>')


def marked(value: str, spans: Sequence[tuple[int, int, str]]) -> Html:
    """Return a text with marked spans.

    Args:
        value: The text.
        spans: `(start, end, label)` of each span in characters. A span that begins inside an
            earlier one is left out.
    """
    parts, reached = [], 0
    for start, end, label in sorted(spans):
        if start < reached:
            continue
        parts.append(escape(printable_lines(value[reached:start])))
        inside = escape(printable_lines(value[start:end]))
        parts.append(f"<mark>{inside}<small>{text(label)}</small></mark>")
        reached = end
    parts.append(escape(printable_lines(value[reached:])))
    return Html(f'<div class="text" dir="auto">{"".join(parts)}</div>')


def _side(right: bool | None) -> str:
    return "" if right is None else f' class="{"right" if right else "wrong"}"'
