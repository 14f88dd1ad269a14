"""Readers of what kerastl itself wrote: recipes, states, caches, indexes, bundles and run files."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import kerastl as ktl
from kerastl.artifacts import Bundle
from kerastl.artifacts.metadata.flat_tables import write_root
from kerastl.artifacts.metadata.metadata_graph import MetadataGraph
from kerastl.artifacts.metadata.reading import read_metadata
from kerastl.artifacts.metadata.schema import IDENTIFIER, MODEL, NAME
from kerastl.cli.run_file.run import read_run
from kerastl.search.vector_index import VectorIndex
from kerastl.training.cache.entry import Header, TensorRows, UnusableEntryError, read_entry
from kerastl.training.checkpoint.state_file import read_state, write_state
from tests.export.tiny_files import image_file
from tests.training import tiny

_RUN = """\
data: {path: photos, test_split: 0.2, seed: 3}
recipe:
  task: image_classification
  backbone: mobilenet_v2
  weights: none
  options: {alpha: 0.35}
  image_size: 224x224
schedule:
- {trains: head, linear_probe: true}
- trains: from:stage3
  epochs: 5
  learning_rate: 1e-4
  augment: true
fit: {batch_size: 16, seed: 0}
target: {adapt_to: others, adaptation: dann}
out: runs/photos
"""


def _recipe(folder: Path) -> None:
    size = (tiny.SIZE, tiny.SIZE)
    recipe = ktl.ImageClassification(tiny.network(), preprocessing="none", image_size=size)
    recipe.build(("a", "b"))
    recipe.save(folder / "run")


def _read_recipe(folder: Path) -> None:
    recipe = ktl.load(folder / "run")
    recipe.predict(np.zeros((1, tiny.SIZE, tiny.SIZE, 3), np.uint8))


def _state(folder: Path) -> None:
    weights = [np.eye(3, dtype=np.float32), np.zeros((0, 4)), np.arange(5)]
    write_state(folder / "state.npz", {"weights": weights, "epoch": 3, "plan": [{"a": [1, None]}]})


def _read_state(folder: Path) -> None:
    read_state(folder / "state.npz")


def _index(folder: Path) -> None:
    vectors = np.random.default_rng(0).normal(size=(5, 4)).astype(np.float32)
    VectorIndex(vectors, [f"{number}.png" for number in range(5)]).save(folder / "index")


def _read_index(folder: Path) -> None:
    VectorIndex.load(folder / "index").search(np.ones(4, np.float32), k=2)


def _bundle(folder: Path) -> None:
    artifact = {"name": "tflite/int8", "path": "int8.tflite", "bytes": 4, "accuracy": 0.9}
    artifact |= {"agreement": 1.0, "max_difference": 0.1, "latency_ms": 2.5, "decision": "kept"}
    report = {"task": "image_classification", "labels": ["a", "b"], "examples": 9}
    report |= {"metric": "accuracy", "model_accuracy": 0.9}
    report["artifacts"] = [{**artifact, "candidate": ""}]
    (folder / "report.json").write_text(json.dumps(report))
    (folder / "int8.tflite").write_bytes(b"TFL3")


def _entry(folder: Path) -> None:
    tensors = (TensorRows("float32", (2, 3)), TensorRows("bfloat16", ()))
    Header(4, tensors).write(folder)
    np.save(folder / "0.npy", np.zeros((4, 2, 3), np.float32))
    np.save(folder / "1.npy", np.zeros(4, np.uint16))


def _read_entry(folder: Path) -> None:
    try:
        read_entry(folder)
    except UnusableEntryError:
        # It is computed again, and the message is a reason and not an error that is shown.
        return


def _tflite(folder: Path) -> None:
    values = {"name": "x", "description": "y", "version": "1"}
    file = image_file(folder)
    content = file.read_bytes()
    graph = MetadataGraph(content[: content.index(b"PK\x03\x04")])
    graph.add_metadata(NAME, write_root(MODEL, values, IDENTIFIER))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    file.write_bytes(graph.to_bytes())
    with zipfile.ZipFile(file, "a") as archive:
        for name, held in members.items():
            archive.writestr(name, held)


def _read_tflite(folder: Path) -> None:
    for path in sorted(folder.iterdir()):
        found = read_metadata(path.read_bytes())
        assert isinstance(found.files, dict)


PAIRS: dict[str, tuple[Callable[[Path], Any], Callable[[Path], Any]]] = {
    "recipe": (_recipe, _read_recipe),
    "state": (_state, _read_state),
    "index": (_index, _read_index),
    "bundle": (_bundle, lambda folder: str(Bundle.load(folder))),
    "cache_entry": (_entry, _read_entry),
    "run_file": (
        lambda folder: (folder / "run.yaml").write_text(_RUN),
        lambda folder: [read_run(path) for path in folder.iterdir()],
    ),
    "tflite": (_tflite, _read_tflite),
}
"""A function that writes valid files, and one that reads a directory with them, by name."""
