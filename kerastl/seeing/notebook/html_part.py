"""A part of a page that a notebook shows, such as a table of marked texts."""

from __future__ import annotations

import os
from pathlib import Path

from kerastl.basics.files.staging import whole_file
from kerastl.basics.files.target_directory import check_writable
from kerastl.seeing.notebook.markup import text

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<style>:root{{color-scheme:light dark}}body{{margin:2em}}</style></head><body>{body}</body></html>
"""


class HtmlPart:
    """HTML with a text for a terminal.

    Args:
        html: The HTML, in which every text is escaped.
        plain: The same as text.
        title: Title of the page that `save` writes.
        path: HTML file that it is written to. Defaults to None: none.
    """

    def __init__(
        self, html: str, plain: str, title: str, path: str | os.PathLike[str] | None = None
    ) -> None:
        self.html = html
        self.title = title
        self._plain = plain
        if path is not None:
            self.save(path)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write a page that needs no other file.

        Args:
            path: The file, whose name ends in `.html`.

        Returns:
            The path.

        Raises:
            ValueError: If the name ends otherwise.
            OSError: If the file cannot be written.
        """
        path = Path(path)
        if path.suffix.lower() not in (".html", ".htm"):
            raise ValueError(
                f"A table of texts is written as a page: end its name in .html. Received: {path}"
            )
        check_writable(path.parent)
        with whole_file(path) as written:
            written.write_text(
                _PAGE.format(title=text(self.title), body=self.html), encoding="utf-8"
            )
        return path

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return self._plain
