"""Choose the kind of source from a path, the settings and the task."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from kerastl.cli.run_file.checking import make
from kerastl.cli.run_file.data.boxes import CocoFile, VocFolder
from kerastl.cli.run_file.data.entities import TaggedWords
from kerastl.cli.run_file.data.images import ImageFolder
from kerastl.cli.run_file.data.section import DataSection
from kerastl.cli.run_file.data.tables import ClassTable, LabelTable, NumberTable, Table
from kerastl.cli.run_file.place import Place
from kerastl.tasks.registry import TASKS

_TABLES: tuple[type[Table], ...] = (ClassTable, LabelTable, NumberTable)
KINDS: tuple[type[DataSection], ...] = (
    ImageFolder,
    *_TABLES,
    TaggedWords,
    CocoFile,
    VocFolder,
)
"""Every kind of source."""
_CONLL_ENDINGS = (".conll", ".bio", ".iob")
_SECTION = "section 'data'"


def read_data_section(
    values: Any, place: Place, folder: Path = Path(), task: Any = None
) -> DataSection:
    """Make a section from plain values.

    Args:
        values: A mapping with `path` and the settings of its kind of source.
        place: Where the values were given.
        folder: The folder that relative paths start from. Defaults to the working directory.
        task: The task that the run names; it decides how a table is read. Defaults to none.

    Returns:
        The section of the right kind, its paths as seen from the working directory.

    Raises:
        ValueError: If a setting is unknown, of another kind of source, or of the wrong type.
    """
    path = values.get("path") if isinstance(values, Mapping) else None
    if not isinstance(path, str | Path):
        return make(DataSection, values, place, _SECTION)
    kind = _kind_of(folder / Path(path).expanduser(), values, task)
    for name in values:
        _check_setting(kind, str(name), values[name], place.at(str(name)))
    return make(kind, values, place, _SECTION).located(folder)


def read_alike(section: DataSection, path: Path, settings: Mapping[str, Any]) -> DataSection:
    """Return how other examples are read for a trained recipe.

    Args:
        section: The data that the recipe was trained on.
        path: The other examples.
        settings: Settings for the other examples, such as names of columns.

    Returns:
        The settings of the section if both are of a kind, otherwise the defaults.

    Raises:
        ValueError: If the kind of the other examples has no such settings.
    """
    kind = _kind_of(path, settings, section.task)
    if path.resolve() != section.path.resolve():
        both_tables = issubclass(kind, Table) and isinstance(section, Table)
        alike = both_tables or isinstance(section, kind)
        section = section.elsewhere(path) if alike else kind(path)
    given: dict[str, Any] = dict(settings)
    for name, value in given.items():
        _check_setting(type(section), name, value, Place(lambda keys: ""))
    return replace(section, **given)


def _kind_of(path: Path, named: Collection[str], task: Any) -> type[DataSection]:
    if path.is_dir():
        return VocFolder if (path / "Annotations").is_dir() else ImageFolder
    ending = path.suffix.lower()
    if ending in _CONLL_ENDINGS:
        return TaggedWords
    if ending == ".json":
        return CocoFile
    if not ending:
        return ImageFolder
    if "values" in named:
        return NumberTable
    if {"labels", "label_separator"} & set(named):
        return LabelTable
    entry = TASKS.get(task) if isinstance(task, str) else None
    readers = (ClassTable.reader,) if entry is None else entry.readers
    return next((kind for kind in _TABLES if kind.reader in readers), ClassTable)


def _check_setting(kind: type[DataSection], name: str, value: Any, place: Place) -> None:
    if name in _settings(kind):
        return
    others = [each.kind for each in KINDS if name in _settings(each)]
    if others:
        raise place.error(
            f"{kind.kind} has no {name}, unlike {' and '.join(map(_lower, others))}. "
            f"Received: {name}={value!r}"
        )


def _settings(kind: type[DataSection]) -> set[str]:
    return {each.name for each in fields(kind)}


def _lower(kind: str) -> str:
    return kind[0].lower() + kind[1:]
