"""Read a YAML file with the line of each setting."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from kerastl.basics.files.regular_file import check_regular, read_regular_text
from kerastl.cli.run_file.place import Place

_LARGEST = 1_000_000  # bytes of the file; and characters once each alias is written out


@dataclass(frozen=True)
class Document:
    """A YAML file that was read.

    Attributes:
        path: The file.
        value: The content as plain values.
        root: The content as nodes with their lines; None for an empty file.
    """

    path: Path
    value: Any
    root: yaml.Node | None

    @property
    def place(self) -> Place:
        """The place of the whole file."""
        return Place(self._describe)

    def _describe(self, keys: tuple[str, ...]) -> str:
        node, line = self.root, None
        for key in keys:
            found = _child(node, key)
            if found is None:
                break
            line, node = found
        where = str(self.path) if line is None else f"{self.path}, line {line}"
        return f"{where}, {'.'.join(keys)}" if keys else where


def read_document(path: Path) -> Document:
    """Read a YAML file safely: no tag in it can run code.

    Args:
        path: The file.

    Returns:
        The document.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it is not a regular file, too large, not UTF-8 or not YAML, or names a key
            twice.
    """
    check_regular(path)
    if not path.is_file():
        raise FileNotFoundError(f"There is no such file. Received: {str(path)!r}")
    if path.stat().st_size > _LARGEST:
        raise ValueError(
            f"{path}: A run file has at most {_LARGEST:,} bytes. "
            f"Received: {path.stat().st_size:,} bytes"
        )
    try:
        text = read_regular_text(path)
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        # Merged keys are copied when the values are made, so the size is checked before.
        is_small = root is None or _size(root, {}) <= _LARGEST
        value = yaml.safe_load(text) if is_small else None
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: The file is not written in utf-8: {error}") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = str(path) if mark is None else f"{path}, line {mark.line + 1}"
        raise ValueError(f"{where}: Not valid YAML: {error.problem or error.context}") from error
    except yaml.YAMLError as error:
        raise ValueError(f"{path}: Not valid YAML: {error}") from error
    except RecursionError:
        raise ValueError(f"{path}: Not valid YAML: it is nested too deeply") from None
    except OSError:
        raise
    except Exception as error:
        # A date or a number that Python does not have makes PyYAML raise many types.
        raise ValueError(f"{path}: Not valid YAML: {error}") from error
    if not is_small:
        raise ValueError(
            f"{path}: The aliases (`*name`) stand for too much: write the values out. "
            f"Received: more than {_LARGEST:,} characters"
        )
    for key, line in _repeated_keys(root, set()):
        raise ValueError(f"{path}, line {line}: A key is given twice. Received: {key!r}")
    return Document(path, value, root)


def _size(node: yaml.Node, known: dict[int, float]) -> float:
    """Return the characters of a node whose aliases are written out."""
    if not isinstance(node, yaml.CollectionNode):
        return 1 + len(node.value)
    if id(node) not in known:
        # A node that contains itself has no end.
        known[id(node)] = math.inf
        parts = node.value
        if isinstance(node, yaml.MappingNode):
            parts = [part for pair in parts for part in pair]
        known[id(node)] = 1 + sum(_size(part, known) for part in parts)
    return known[id(node)]


def _child(node: yaml.Node | None, key: str) -> tuple[int, yaml.Node] | None:
    """Return the line and the node of a mapping's value or a sequence's element."""
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if name.value == key:
                return name.start_mark.line + 1, value
    if isinstance(node, yaml.SequenceNode) and key.isdecimal() and int(key) < len(node.value):
        value = node.value[int(key)]
        return value.start_mark.line + 1, value
    return None


def _repeated_keys(node: yaml.Node | None, seen: set[int]) -> Iterator[tuple[str, int]]:
    # An alias stands for a node that was seen: without this, aliases of aliases never end.
    if not isinstance(node, yaml.CollectionNode) or id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _repeated_keys(value, seen)
        return
    names = set()
    for name, value in node.value:
        if name.value in names and isinstance(name, yaml.ScalarNode):
            yield name.value, name.start_mark.line + 1
        if isinstance(name, yaml.ScalarNode):
            names.add(name.value)
        yield from _repeated_keys(value, seen)
