"""JSON files that people read as well."""

import json
from pathlib import Path
from typing import Any

from kerastl.basics.files.regular_file import read_regular_text


def write_json(path: Path, values: dict[str, Any]) -> None:
    """Write indented JSON with a line break at its end."""
    path.write_text(json.dumps(values, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def read_json(path: Path) -> Any:
    """Read a JSON file in UTF-8; see `parse_json`. Call it within `reading`.

    Raises:
        SpecialFileError: If it is not a regular file.
        OSError: If it cannot be read.
        ValueError: If it is not JSON, or names a key twice.
    """
    return parse_json(read_regular_text(path))


def parse_json(text: str | bytes) -> Any:
    """Return the values of a JSON text that names every key of an object once.

    Raises:
        ValueError: If it is not JSON, or names a key twice.
        RecursionError: If it is nested too deeply.

    Example:

    >>> parse_json('{"a": [1, null]}')
    {'a': [1, None]}
    """
    return json.loads(text, object_pairs_hook=_unique)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {twice!r} is given twice")
    return made
