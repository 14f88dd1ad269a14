"""Public names of a package: listed once in `__init__.pyi`, imported on first use."""

import ast
import importlib
import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any


def lazy_exports(
    package: str, file: str
) -> tuple[Callable[[str], Any], Callable[[], list[str]], list[str]]:
    """Make the `__getattr__`, `__dir__` and `__all__` of a package from its type stub.

    Type checkers read the same stub, so each name is written in one place. A name that a module
    of the package also has is imported at once, after that module: importing it later would
    replace the name by the module.

    Args:
        package: The package's `__name__`.
        file: The package's `__file__`. The stub `__init__.pyi` is in the same folder; each of its
            lines is an import such as `from .hit import Hit as Hit`.

    Returns:
        The three objects, in the order above.

    Example:

    ```python
    __getattr__, __dir__, __all__ = lazy_exports(__name__, __file__)
    ```
    """
    stub = Path(file).with_suffix(".pyi")
    module_of: dict[str, str] = {}
    for node in ast.parse(stub.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom):
            relative = "." * node.level + (node.module or "")
            module = importlib.util.resolve_name(relative, package)
            module_of |= {alias.name: module for alias in node.names}

    def load(name: str) -> Any:
        if name not in module_of:
            raise AttributeError(
                f"module {package!r} has no attribute {name!r}",
                name=name,
                obj=sys.modules.get(package),
            )
        if module_of[name] == package:
            found: Any = importlib.import_module(f"{package}.{name}")
        else:
            # Unlike import_module, a `fromlist` also finds a subpackage such as `schedules`.
            found = getattr(__import__(module_of[name], fromlist=[name]), name)
        vars(sys.modules[package])[name] = found
        return found

    names = sorted(module_of)
    for name in names:
        if (stub.parent / f"{name}.py").is_file():
            importlib.import_module(f"{package}.{name}")
            load(name)
    return load, lambda: list(names), names
