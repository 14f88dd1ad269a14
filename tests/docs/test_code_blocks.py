"""Code in the docs is Python, and the names and options in it exist."""

import ast
import importlib
import inspect
import re
from contextlib import suppress
from pathlib import Path

import pytest

import kerastl as ktl
from kerastl.artifacts.bundle.bundle import Bundle
from kerastl.data.splits.dataset import Dataset
from kerastl.training.phases.history import PhasedHistory

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    [*(ROOT / "docs").rglob("[a-z]*.md"), ROOT / "README.md", *ROOT.glob("export/*/*.md")]
)
RECIPES = tuple(
    getattr(ktl, name)
    for name in dir(ktl)
    if isinstance(getattr(ktl, name), type) and issubclass(getattr(ktl, name), ktl.Recipe)
)
# What a name stands for throughout the docs.
OBJECTS = {"recipe": RECIPES, "data": (Dataset,), "history": (PhasedHistory,), "bundle": (Bundle,)}


def blocks(page):
    text = page.read_text("utf-8")
    return re.findall(r"^```python\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def parsed(page):
    return [ast.parse(block) for block in blocks(page)]


def chain(node):
    """Return the names of `a.b.c`, or None for another expression."""
    names = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    return [node.id, *reversed(names)] if isinstance(node, ast.Name) else None


def resolved(names):
    """Return what a chain of names that begins with the package stands for, or None."""
    found = ktl
    for name in names[1:]:
        if inspect.ismodule(found) and not hasattr(found, name):
            with suppress(ModuleNotFoundError):
                importlib.import_module(f"{found.__name__}.{name}")
        found = getattr(found, name, None)
    return found


def has(kind, name):
    """Return whether objects of a class have an attribute; those that methods set count."""
    if hasattr(kind, name):
        return True
    ours = [each for each in kind.__mro__ if each.__module__.startswith("kerastl")]
    return any(
        name in getattr(each, "__annotations__", {})
        or re.search(rf"self\.{name}[ :]", inspect.getsource(each))
        for each in ours
    )


def options_of(function):
    """Return the names of a function's options, or None if it takes any."""
    parameters = inspect.signature(function).parameters
    if any(each.kind is inspect.Parameter.VAR_KEYWORD for each in parameters.values()):
        return None
    return set(parameters)


def unknown(tree):
    """Yield names and options in a program that do not exist."""
    for node in ast.walk(tree):
        names = chain(node) or []
        if len(names) > 1 and names[0] in ("ktl", "kerastl") and resolved(names) is None:
            yield ".".join(names)
        kinds = OBJECTS.get(names[0], ()) if len(names) == 2 else ()
        if kinds and not any(has(kind, names[1]) for kind in kinds):
            yield ".".join(names)
        if isinstance(node, ast.Call):
            yield from unknown_options(node)


def unknown_options(call):
    """Yield the options of a call that no function of this name has."""
    names = chain(call.func) or [""]
    if names[0] in ("ktl", "kerastl"):
        functions = [resolved(names)]
    elif len(names) == 2 and names[0] in OBJECTS:
        functions = [getattr(kind, names[1], None) for kind in OBJECTS[names[0]]]
    else:
        return
    known = [options_of(function) for function in functions if callable(function)]
    for option in (keyword.arg for keyword in call.keywords):
        if known and option and all(each is not None and option not in each for each in known):
            yield f"{'.'.join(names)}({option}=)"


def test_there_is_code():
    assert sum(len(blocks(page)) for page in PAGES) > 50


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_names_and_options_exist(page):
    assert [name for tree in parsed(page) for name in unknown(tree)] == []


def test_a_wrong_name_and_a_wrong_option_are_found():
    program = """
ktl.data.image_foldr("x")
ktl.data.csv("x", txt="y")
recipe.fitt(data)
recipe.fit(data, epoch=3)
"""
    assert sorted(unknown(ast.parse(program))) == [
        "ktl.data.csv(txt=)",
        "ktl.data.image_foldr",
        "recipe.fit(epoch=)",
        "recipe.fitt",
    ]
