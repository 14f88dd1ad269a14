"""Put names into Markdown as text, whatever is in them."""

import re
from html import escape

from kerastl.basics.printable import printable

# Characters that begin code, emphasis, links, images, headings, tables, mathematics or addresses.
# An underscore inside a word, and a colon before a space, begin nothing.
_MARKS = re.compile(r"[\\`*\[\]#!|~$@]|:(?=\S)|(?<![^\W_])_|_(?![^\W_])|(?<=www)\.", re.IGNORECASE)


def markdown_text(text: str) -> str:
    r"""Return Markdown that is rendered as a text, without links, images, HTML or emphasis.

    Args:
        text: A name, such as that of a class or a directory.

    Example:

    >>> markdown_text("[glass](javascript:x) <b>")
    '\\[glass\\](javascript\\:x) &lt;b&gt;'
    """
    return escape(_MARKS.sub(r"\\\g<0>", printable(text)), quote=False)
