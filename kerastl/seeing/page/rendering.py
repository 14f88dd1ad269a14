"""Fill the templates of pages."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kerastl.basics.printable import printable, printable_lines

if TYPE_CHECKING:
    from jinja2 import Environment

_TEMPLATES = Path(__file__).with_name("templates")


def render(template: str, **values: Any) -> str:
    """Fill a template. Every value is shown as text, whatever is in it.

    Args:
        template: Name of the file in `templates`, such as `"report.html"`.
        **values: The values by name. A `Safe` is markup.

    Returns:
        The page, or the part of one.

    Raises:
        jinja2.UndefinedError: If the template needs a value that is missing.
    """
    return _environment().get_template(template).render(**values)


def safe(markup: str) -> Any:
    """Mark a text as HTML, such as an SVG drawing whose texts are escaped already."""
    from markupsafe import Markup

    return Markup(markup)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        finalize=_printable,
        lstrip_blocks=True,
        trim_blocks=True,
        undefined=StrictUndefined,
    )
    made.filters["lines"] = _lines
    return made


def _printable(value: Any) -> Any:
    # Markup is a `str` too, and its characters are its author's.
    return printable(value) if type(value) is str else value


def _lines(text: str) -> Any:
    """Return a text of several lines as HTML."""
    from markupsafe import escape

    return escape(printable_lines(text))
