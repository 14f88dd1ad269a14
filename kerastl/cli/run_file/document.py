"""Read a YAML file with the line of each setting."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from kerastl.cli.run_file.place import Place


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
        ValueError: If it is not UTF-8 or not YAML, or names a key twice.
    """
    if not path.is_file():
        raise FileNotFoundError(f"There is no such file. Received: {str(path)!r}")
    try:
        text = path.read_text(encoding="utf-8")
        value = yaml.safe_load(text)
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: The file is not written in utf-8: {error}") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = str(path) if mark is None else f"{path}, line {mark.line + 1}"
        raise ValueError(f"{where}: Not valid YAML: {error.problem or error.context}") from error
    except yaml.YAMLError as error:
        raise ValueError(f"{path}: Not valid YAML: {error}") from error
    for key, line in _repeated_keys(root, set()):
        raise ValueError(f"{path}, line {line}: A key is given twice. Received: {key!r}")
    return Document(path, value, root)


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
