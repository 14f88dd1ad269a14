"""The shape of the code: floors that depend one way, no circles, short files, a fast import."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kerastl.backbones.applications import APPLICATIONS
from kerastl.backbones.hub.family import FAMILIES
from tests import architecture
from tests.contracts import image_networks, small_presets

PACKAGE = Path(__file__).resolve().parents[1] / "kerastl"
ROOT = PACKAGE.parent
FOLDERS = ("kerastl", "tests", "recipes", "export", "benchmarks")

# Each check with a small package that it must complain about.
CHECKS: dict[Callable[[Path], list[str]], dict[str, str]] = {
    architecture.circles: {
        "data/a.py": "def late():\n    import kerastl.data.b",
        "data/b.py": "from kerastl.data.c import x",
        "data/c.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from .a import late",
    },
    architecture.imports_upwards: {
        "data/a.py": "def late():\n    from kerastl.tasks import b",
        "tasks/b.py": "",
    },
    architecture.imports_of_facades: {
        "data/__init__.py": "",
        "data/__init__.pyi": "from .a import x as x",
        "data/a.py": "x = 1",
        "cli/b.py": "from kerastl.data import x",
    },
    architecture.crowded_folders: {f"data/m{number}.py": "" for number in range(21)},
    architecture.long_files: {"data/a.py": "\n" * 401},
    architecture.private_members: {"data/a.py": "def f(recipe):\n    return recipe._prepare()"},
}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_package_passes(check: Callable[[Path], list[str]]) -> None:
    assert not check(PACKAGE)


@pytest.mark.parametrize(
    ("check", "files"), CHECKS.items(), ids=[check.__name__ for check in CHECKS]
)
def test_each_check_can_fail(
    check: Callable[[Path], list[str]], files: dict[str, str], tmp_path: Path
) -> None:
    for name, text in files.items():
        path = tmp_path / "kerastl" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "kerastl" / "__init__.py").touch()
    assert len(check(tmp_path / "kerastl")) == 1


def test_what_is_allowed(tmp_path: Path) -> None:
    package = tmp_path / "kerastl"
    for folder in ("data", "tasks"):
        (package / folder).mkdir(parents=True)
    (package / "data" / "a.py").write_text("from kerastl.version import x")
    (package / "version.py").write_text("x = 1")
    (package / "tasks" / "b.py").write_text(
        "import kerastl.data.a\n"
        "class B:\n"
        "    def __init__(self, other, layer):\n"
        "        self._x = other._x + super()._y + layer._flatten_layers()\n"
    )
    assert not [found for check in CHECKS for found in check(package)]


def test_a_module_in_the_root_is_found(tmp_path: Path) -> None:
    (tmp_path / "fitting.py").touch()
    assert architecture.crowded_folders(tmp_path) == ["fitting.py"]


def test_no_python_file_is_long() -> None:
    assert not [found for name in FOLDERS for found in architecture.long_files(ROOT / name)]


def test_the_contract_suites_cover_every_backbone() -> None:
    assert image_networks.NETWORKS.keys() == APPLICATIONS.keys()
    texts = {name for name, family in FAMILIES.items() if family.modality == "text"}
    assert small_presets.FAMILIES.keys() == texts


def test_importing_kerastl_loads_no_framework() -> None:
    program = (
        "import sys, kerastl, kerastl.data, kerastl.backbones, kerastl.artifacts\n"
        "import kerastl.adaptation, kerastl.callbacks, kerastl.search, kerastl.training.schedules\n"
        "kerastl.backbones.names()\n"
        "heavy = {'tensorflow', 'keras', 'keras_hub', 'jax', 'sklearn', 'pandas', 'PIL'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
