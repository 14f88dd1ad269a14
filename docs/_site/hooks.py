"""Hooks of the documentation site: first page, reference, and addresses of files outside `docs`."""

import ast
import re
import tomllib
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File

_ROOT = Path(__file__).resolve().parents[2]
_LINK = re.compile(r"(\]\()([^)#\s]+)")
_REFERENCE = {
    "kerastl": "kerastl",
    "data": "kerastl.data",
    "samples": "kerastl.data.samples",
    "schedules": "kerastl.training.schedules",
    "callbacks": "kerastl.callbacks",
    "backbones": "kerastl.backbones",
    "adaptation": "kerastl.adaptation",
    "artifacts": "kerastl.artifacts",
    "search": "kerastl.search",
}
"""Package with public names by page; each page has every name of its package's stub."""


def on_config(config: Any) -> Any:
    """Take the repository's address from the project file."""
    with (_ROOT / "pyproject.toml").open("rb") as file:
        address = tomllib.load(file)["project"]["urls"]["Repository"]
    # The theme's own `repo_url` would ask a server for the number of stars in every visit.
    config.extra["repository"] = address
    config.extra["social"] = [{"icon": "fontawesome/brands/github", "link": address}]
    return config


def on_files(files: Any, config: Any) -> Any:
    """Make README the first page, and a page for each package with public names."""
    text = (_ROOT / "README.md").read_text("utf-8")
    files.append(File.generated(config, "index.md", content=_moved_to_docs(text)))
    for name, package in _REFERENCE.items():
        place = f"reference/{name}.md"
        files.append(File.generated(config, place, content=_reference(package)))
    return files


def _reference(package: str) -> str:
    folder = _ROOT / package.replace(".", "/")
    names = [
        alias.asname or alias.name
        for node in ast.parse((folder / "__init__.pyi").read_text("utf-8")).body
        if isinstance(node, ast.ImportFrom)
        # `from . import data` is a package with a page of its own.
        if node.module is not None
        for alias in node.names
    ]
    shown = [name for name in names if not name.startswith("_")]
    blocks = [f"::: {package}.{name}" for name in shown]
    return "\n\n".join([f"# `{package}`", *blocks, ""])


def on_page_markdown(markdown: str, page: Any, config: Any, files: Any) -> str:
    """Link files outside `docs` to the repository."""
    source = Path("docs") / page.file.src_uri

    def link(match: re.Match[str]) -> str:
        opening, target = match.groups()
        known = files.get_file_from_path(_joined(page.file.src_uri, target))
        if ":" in target or (known is not None and known.inclusion.is_included()):
            return match.group(0)
        path = (_ROOT / source.parent / target).resolve()
        if not path.exists() or not path.is_relative_to(_ROOT):
            return match.group(0)
        place = path.relative_to(_ROOT).as_posix()
        return f"{opening}{config.extra['repository']}/blob/main/{place}"

    return _LINK.sub(link, markdown)


def _moved_to_docs(text: str) -> str:
    def link(match: re.Match[str]) -> str:
        opening, target = match.groups()
        if ":" in target:
            return match.group(0)
        return opening + (target[5:] if target.startswith("docs/") else f"../{target}")

    return _LINK.sub(link, text)


def _joined(page: str, target: str) -> str:
    parts = list(Path(page).parent.parts)
    for part in Path(target).parts:
        if part != "..":
            parts.append(part)
        elif parts:
            parts.pop()
        else:
            return ""
    return "/".join(parts)
