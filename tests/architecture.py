"""What `test_architecture.py` checks, read from source files without importing them."""

import ast
from collections.abc import Iterator
from pathlib import Path

# From bottom to top: a file imports its own floor and those below.
FLOORS = (
    "basics",
    "seeing.drawing",
    "seeing",
    "seeing.notebook",
    "data",
    "seeing.page",
    "backbones",
    "heads",
    "search",
    "training",
    "callbacks",
    "adaptation",
    "artifacts",
    "seeing.report",
    "seeing.explaining",
    "recipe",
    "tasks",
    "answering",
    "seeing.inspecting",
    "comparing",
    "cli",
)
ROOT_MODULES = {"__init__", "__main__", "version"}
# The stub of the schedules is also the list of their names in files and on the command line.
FACADES_READ_INSIDE = {("kerastl.training.schedules.resolve", "kerastl.training.schedules")}
# Documented, in spite of its name: `os._exit`.
PUBLIC = {"_exit"}
# Keras and TensorFlow have no public way to what these hold.
KERAS_INTERNALS = {
    "_accumulated_gradients",
    "_flatten_layers",
    "_get_variable_index",
    "_initial_epoch",
    "_inputs",
    "_iterations",
    "_keras_history",
    "_learning_rate",
    "_momentums",
    "_nodes_by_depth",
    "_trainable_variables",
    "_trainable_variables_indices",
    "_untrack_variable",
    "_variables",
    "_velocities",
}


def modules(package: Path) -> dict[str, Path]:
    """Return the files of a package by module name; a package is its `__init__.py`."""
    found = {}
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(package: Path) -> dict[str, set[str]]:
    """Return the modules of the package that each file imports, wherever in the file."""
    known = modules(package)
    found: dict[str, set[str]] = {}
    for module, path in known.items():
        found[module] = set()
        for node in ast.walk(_tree(path)):
            if isinstance(node, ast.Import):
                found[module] |= {alias.name for alias in node.names} & known.keys()
            elif isinstance(node, ast.ImportFrom):
                origin = _origin(node, module, path)
                names = {f"{origin}.{alias.name}" for alias in node.names} & known.keys()
                if origin in known and len(names) < len(node.names):
                    names.add(origin)
                found[module] |= names
    return found


def circles(package: Path) -> list[list[str]]:
    """Find files that import each other, directly or over others."""
    edges = imports(package)
    reached = {module: _reached(module, edges) for module in edges}
    found = {
        tuple(sorted({module, *(each for each in below if module in reached[each])}))
        for module, below in reached.items()
        if module in below
    }
    return [list(circle) for circle in sorted(found)]


def imports_upwards(package: Path) -> list[str]:
    """Find imports from a lower floor to a higher one."""
    return [
        f"{module} imports {target}"
        for module, targets in imports(package).items()
        for target in sorted(targets)
        if _floor(target) > _floor(module)
    ]


def imports_of_facades(package: Path) -> list[str]:
    """Find imports from a package's list of public names instead of the defining module."""
    facades = {name for name, path in modules(package).items() if path.with_suffix(".pyi").exists()}
    return [
        f"{module} imports {target}"
        for module, targets in imports(package).items()
        for target in sorted(targets & facades)
        if module != f"{package.name}.__main__" and (module, target) not in FACADES_READ_INSIDE
    ]


def crowded_folders(package: Path, most: int = 20) -> list[str]:
    """Find folders with too many Python files, and modules in the root that belong in none."""
    folders = [package, *(path for path in package.rglob("*") if path.is_dir())]
    crowded = [
        f"{folder.relative_to(package)}: {count} files"
        for folder in folders
        if (count := len(list(folder.glob("*.py")))) > most
    ]
    stray = [path.name for path in package.glob("*.py") if path.stem not in ROOT_MODULES]
    return crowded + sorted(stray)


def long_files(folder: Path, most: int = 400) -> list[str]:
    """Find Python files with too many lines."""
    return [
        f"{path.relative_to(folder.parent)}: {count} lines"
        for path in sorted(folder.rglob("*.py"))
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > most
    ]


def private_members(package: Path) -> list[str]:
    """Find private members of another class or module that a file reads or imports.

    A file may use what it defines itself, by any object.
    """
    found = []
    for module, path in modules(package).items():
        tree = _tree(path)
        own = set(_defined(tree))
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and not _is_own(node.value):
                names = [node.attr]
            elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(package.name):
                names = [alias.name for alias in node.names]
            else:
                continue
            found += [
                f"{module}, line {node.lineno}: {name}"
                for name in names
                if _is_private(name) and name not in own | KERAS_INTERNALS | PUBLIC
            ]
    return found


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _origin(node: ast.ImportFrom, module: str, path: Path) -> str:
    if not node.level:
        return node.module or ""
    package = module.split(".") if path.stem == "__init__" else module.split(".")[:-1]
    parents = package[: len(package) - node.level + 1]
    return ".".join([*parents, *filter(None, [node.module])])


def _reached(start: str, edges: dict[str, set[str]]) -> set[str]:
    reached: set[str] = set()
    waiting = list(edges[start])
    while waiting:
        module = waiting.pop()
        if module not in reached:
            reached.add(module)
            waiting += edges[module]
    return reached


def _floor(module: str) -> int:
    _, part, inner, *_ = [*module.split("."), "__init__", "__init__"]
    if part == "version":
        return -1
    # The folders of `seeing` are floors of their own: its drawings serve floors below its pages.
    for name in (f"{part}.{inner}", part):
        if name in FLOORS:
            return FLOORS.index(name)
    return len(FLOORS)


def _defined(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            if _is_own(node.value):
                yield node.attr
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def _is_own(owner: ast.expr) -> bool:
    if isinstance(owner, ast.Call):
        owner = owner.func
    return isinstance(owner, ast.Name) and owner.id in ("self", "cls", "super")


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")
