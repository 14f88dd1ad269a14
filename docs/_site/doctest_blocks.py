"""Examples of docstrings are shown as code in the reference."""

import re
from typing import Any

import griffe

_BLOCK = re.compile(r"^>>> .*(?:\n.+)*", re.MULTILINE)
_TITLE = re.compile(r"^Example:$", re.MULTILINE)


class DoctestBlocks(griffe.Extension):
    """Fence the lines of an interactive session, which Markdown would read as a quotation."""

    def on_object(self, *, obj: griffe.Object, **kwargs: Any) -> None:
        """Fence the sessions in an object's docstring."""
        if obj.docstring is not None:
            fenced = _BLOCK.sub(r"```pycon\n\g<0>\n```", obj.docstring.value)
            obj.docstring.value = _TITLE.sub("**Example:**", fenced)
