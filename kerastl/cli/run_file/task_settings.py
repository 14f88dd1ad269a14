"""The settings of a task that a file can hold, read from the signature of its class."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from functools import reduce
from operator import or_
from types import NoneType
from typing import Any

# Annotations are compared as text: some name classes that only type checkers import.
_PLAIN = {
    "None": NoneType,
    "bool": bool,
    "float": float,
    "int": int,
    "str": str,
    "tuple[int, int]": tuple[int, int],
    "tuple[float, float]": tuple[float, float],
    "Sequence[str]": tuple[str, ...],
}


def task_settings(recipe_class: type[Any]) -> dict[str, Any]:
    """Return the keyword arguments of a recipe class that plain values can express.

    Args:
        recipe_class: A class of recipes. Arguments that it passes on to the classes it
            inherits from count, too.

    Returns:
        The type of each argument, by name. Types that a file cannot hold, such as a function,
        are left out of unions.
    """
    found: dict[str, Any] = {}
    for each in recipe_class.__mro__:
        constructor = vars(each).get("__init__")
        if constructor is None or each is object:
            continue
        for name, parameter in inspect.signature(constructor).parameters.items():
            if parameter.kind is inspect.Parameter.KEYWORD_ONLY and name not in found:
                kinds = [_PLAIN[kind] for kind in _members(parameter.annotation) if kind in _PLAIN]
                if set(kinds) - {NoneType}:
                    found[name] = reduce(or_, kinds)
    return found


def _members(annotation: str) -> Iterator[str]:
    """Yield the members of a union such as `"int | None"`."""
    node = ast.parse(annotation, mode="eval").body
    while isinstance(node, ast.BinOp):
        yield ast.unparse(node.right)
        node = node.left
    yield ast.unparse(node)
