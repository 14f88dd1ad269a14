import importlib
import sys
from pathlib import Path

import pytest

import kerastl
import kerastl.artifacts

STUB = """from . import inner as inner
from .inner import deep as deep
from .inner.deep import Late as Late
from .other import same as same
"""
INIT = """from kerastl.basics.lazy_exports import lazy_exports

__getattr__, __dir__, __all__ = lazy_exports(__name__, __file__)
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A package with a subpackage, and a function named like a module."""
    files = {
        "__init__.py": INIT,
        "__init__.pyi": STUB,
        "inner/__init__.py": "",
        "inner/deep.py": "class Late: ...",
        "other.py": "def same(): ...",
        "same.py": "",
    }
    for name, text in files.items():
        path = tmp_path / "house" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    import house

    yield house
    for name in [each for each in sys.modules if each.partition(".")[0] == "house"]:
        del sys.modules[name]


def test_names_are_imported_on_first_use(package) -> None:
    assert package.__all__ == dir(package) == ["Late", "deep", "inner", "same"]
    assert "house.inner" not in sys.modules
    assert package.Late.__module__ == "house.inner.deep"
    assert package.deep is sys.modules["house.inner.deep"]
    assert package.inner is sys.modules["house.inner"]


def test_a_function_named_like_a_module_stays_the_function(package) -> None:
    importlib.import_module("house.same")
    assert package.same is sys.modules["house.other"].same


def test_an_unknown_name_is_an_attribute_error_with_a_suggestion(package) -> None:
    with pytest.raises(AttributeError, match=r"^module 'house' has no attribute 'Lat'$") as raised:
        _ = package.Lat
    assert (raised.value.name, raised.value.obj) == ("Lat", package)


@pytest.mark.parametrize(
    "package",
    [
        kerastl,
        kerastl.adaptation,
        kerastl.artifacts,
        kerastl.backbones,
        kerastl.callbacks,
        kerastl.data,
        kerastl.schedules,
        kerastl.search,
    ],
    ids=lambda package: package.__name__,
)
def test_every_public_name_is_there(package) -> None:
    assert package.__all__
    for name in package.__all__:
        assert getattr(package, name) is not None
