"""SavedModels and frozen graphs that act, crash or call what they do not hold."""

import hashlib
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import tensorflow as tf

import kerastl as ktl
from tests.security.hostile_saved_models import ACTIONS, edited, save, save_first_version
from tests.security.watching.action import Action, Places


def saved_models(places: Places) -> tuple[list[Callable[[], Any]], list[Action]]:
    """Return readings of hostile SavedModels and of an honest one."""
    honest = save(places.files / "honest")
    stored = places.files / "honest.keras"
    ktl.backbone(honest, preprocessing="none").model.save(stored)
    made: dict[str, Path] = {}
    for name in ACTIONS:
        act = _act(name, places)
        made[f"{name} in an initializer"] = save(places.files / name, initializer=act)
        made[f"{name} in the stored graph"] = _stored(stored, name)
    write = _act("WriteFile", places)
    made["in the serving function"] = save(places.files / "serving", serving=write)
    made["in another function"] = save(places.files / "unused", unused=write)
    made["as main operation"] = save_first_version(
        places.files / "main",
        lambda: [write(), tf.compat.v1.get_default_graph()][1].get_operations()[-1],
    )
    for name in ("PyFunc", "FastWordpieceTokenizeWithOffsets", "SentencepieceOp", "ImportEvent"):
        made[f"edited {name}"] = _edited(honest, name)
    actions = [
        Action("an honest file", lambda: _predict(honest), refused=False),
        Action("an honest stored graph", lambda: _predict(stored), refused=False),
        *(Action(name, lambda path=path: _predict(path)) for name, path in made.items()),
    ]
    return [actions[0].call, actions[1].call], actions


def _predict(path: Path) -> Any:
    return ktl.backbone(path, preprocessing="none").build()(tf.zeros((1, 8, 8, 3)))


def _act(name: str, places: Places) -> Callable[[], Any]:
    return lambda: ACTIONS[name](str(places.victim / "folder" / "file"))


def _edited(honest: Path, name: str) -> Path:
    """Copy a SavedModel and add an operator of some name to a function."""
    copy = honest.with_name(f"edited-{name}")
    shutil.copytree(honest, copy)
    with edited(copy) as content:
        function = content.meta_graphs[0].graph_def.library.function[0]
        function.node_def.add(name="effect", op=name)
    return copy


def _stored(archive: Path, name: str) -> Path:
    """Copy a model with a stored graph, add an operator to it, and name the new digest."""
    with zipfile.ZipFile(archive) as opened:
        members = {entry: opened.read(entry) for entry in opened.namelist()}
    (entry,) = (entry for entry in members if entry.endswith("frozen_graph.pb"))
    graph = tf.compat.v1.GraphDef.FromString(members[entry])
    graph.node.add(name="effect", op=name)
    old, members[entry] = _digest(members[entry]), graph.SerializeToString()
    members["config.json"] = members["config.json"].replace(old, _digest(members[entry]))
    copy = archive.with_name(f"stored-{name}.keras")
    with zipfile.ZipFile(copy, "w") as written:
        for each, content in members.items():
            written.writestr(each, content)
    return copy


def _digest(graph: bytes) -> bytes:
    return hashlib.blake2b(graph, digest_size=16).hexdigest().encode()
