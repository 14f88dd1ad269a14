"""The shape of the code: floors that depend one way, short files, a fast import."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "kerastl"
ROOT = PACKAGE.parent

# From the ground up; a module may import its own floor and those below.
FLOORS = [
    {"given_number", "suggest", "version"},
    {"backbones", "data", "heads"},
    {"training", "callbacks"},
    {"adaptation"},
    {"report", "artifacts", "search"},
    {
        "adapting",
        "comparing",
        "recipe",
        "recipe_examples",
        "recipe_backbone",
        "recipe_model",
        "saved_recipe",
        "exported_recipe",
        "fitting",
        "prediction",
        "quantizing",
        "tasks",
    },
    {"cli", "__main__"},
]


def floor_of(part):
    return next(number for number, parts in enumerate(FLOORS) if part in parts)


def modules():
    return sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_only_its_floor_and_below(path):
    own = floor_of(path.relative_to(PACKAGE).parts[0].removesuffix(".py"))
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module]
        for name in names:
            parts = name.split(".")
            if parts[0] == "kerastl" and len(parts) > 1:
                assert floor_of(parts[1]) <= own, f"line {node.lineno} imports {name}"


def test_no_python_file_is_long():
    folders = ("kerastl", "tests", "recipes", "export", "benchmarks")
    files = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    long = {str(p): n for p in files if (n := len(p.read_text().splitlines())) > 400}
    assert not long


def test_importing_kerastl_loads_no_framework():
    program = (
        "import sys, kerastl, kerastl.data, kerastl.backbones, kerastl.artifacts\n"
        "kerastl.backbones.names()\n"
        "heavy = {'tensorflow', 'keras', 'keras_hub', 'jax', 'sklearn', 'pandas', 'PIL'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_every_public_name_is_there():
    import kerastl

    for name in kerastl.__all__:
        assert getattr(kerastl, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'TextClasification'"):
        _ = kerastl.TextClasification
