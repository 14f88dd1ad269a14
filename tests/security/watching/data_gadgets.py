"""Data files that name addresses, programs, classes and code, and images that are none."""

import base64
import importlib
import json
import pickle
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image

import kerastl as ktl
from kerastl.artifacts import Bundle
from kerastl.cli.run_file.document import read_document
from kerastl.training.cache.entry import Header, TensorRows, read_entry
from tests.security import postscript
from tests.security.watching.action import Action, Places
from tests.training import tiny

_ADDRESSES = (
    *("http://127.0.0.1:9/x.jpg", "https://example.org/x.png", "gs://bucket/x.jpg"),
    *("s3://bucket/x.jpg", "file:///etc/passwd", "ram://x.jpg", "|touch new", "`touch new`.jpg"),
    *("x.jpg\0.png", "/proc/self/environ"),
)
_TAGS = (
    "!!python/object/apply:os.system ['true']",
    "!!python/name:os.system ''",
    "!!python/module:this ''",
    "!!python/object/new:type {args: [x]}",
)
_FEATURES = (
    *("this.X", "gadget.X", "kerastl.__main__.X", "antigravity.X", "os.system", "X"),
    *("tensorflow_datasets.core.features.video_feature.Video", "", "tensorflow_datasets.testing.X"),
)


def data(places: Places) -> tuple[list[Callable[[], Any]], list[Action]]:
    """Return readings of hostile data, and predictions for it."""
    folder = places.files / "images"
    (folder / "a").mkdir(parents=True)
    Image.fromarray(np.zeros((4, 4, 3), np.uint8)).save(folder / "a" / "x.png")
    shutil.copytree(folder / "a", folder / "b")
    for name in ("program.jpg", "program.png", "program.eps"):
        (places.files / name).write_bytes(postscript.CONTENT)
    honest = Action("a folder", lambda: ktl.data.image_folder(folder), refused=False)
    tensors = Action(
        "its pixels",
        lambda: next(iter(ktl.data.image_folder(folder).train.pixels((4, 4)))),
        refused=False,
    )
    actions = [honest, tensors, *_addresses(places), *_described(places), *_predicted(places)]
    late = ("defusedxml.ElementTree", "tensorflow_datasets", "xml.etree.ElementTree")
    warm_up = [lambda name=name: importlib.import_module(name) for name in late]
    return [*warm_up, *(each.call for each in actions if not each.refused)], actions


def _addresses(places: Places) -> Iterator[Action]:
    """Tables, annotations and lists whose images are addresses or other files."""
    files = places.files
    for number, address in enumerate(_ADDRESSES):
        if "\0" not in address:
            table = files / f"{number}.csv"
            pd.DataFrame({"image": [address] * 2, "label": ["a", "b"]}).to_csv(table, index=False)
            yield Action(
                f"{address} in a table",
                lambda t=table: ktl.data.csv(t, image="image", label="label"),
            )
        coco = files / f"{number}.json"
        coco.write_text(json.dumps(_coco(address)))
        yield Action(f"{address} in COCO", lambda c=coco: ktl.data.coco(c, places.files))
        yield Action(
            f"{address} as image", lambda a=address: ktl.data.unlabelled([a], modality="image")
        )
    voc = files / "voc"
    (voc / "Annotations").mkdir(parents=True)
    (voc / "JPEGImages").mkdir()
    for kind in ("SYSTEM", "PUBLIC 'x'"):
        entity = f'<!DOCTYPE x [<!ENTITY e {kind} "file://{places.victim}/secret">]>'
        (voc / "Annotations" / "a.xml").write_text(
            f"{entity}<annotation><filename>&e;</filename></annotation>"
        )
        copy = shutil.copytree(voc, files / f"voc-{kind[:3]}")
        yield Action(f"{kind} entity", lambda c=copy: ktl.data.pascal_voc(c))


def _coco(file_name: str) -> dict[str, Any]:
    return {
        "images": [{"id": 1, "file_name": file_name, "width": 4, "height": 4}],
        "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [0, 0, 2, 2]}],
        "categories": [{"id": 1, "name": "a"}],
    }


def _described(places: Places) -> Iterator[Action]:
    """Files whose descriptions name classes, code or files."""
    files = places.files
    for number, tag in enumerate(_TAGS):
        run = files / f"run{number}.yaml"
        run.write_text(f"task: {tag}\n")
        yield Action(f"run file with {tag}", lambda r=run: read_document(r))
    for number, name in enumerate(_FEATURES):
        for place in ("features.json", "dataset_info.json", "inside", "legacy"):
            folder = _prepared(files / f"tfds{number}-{place}", name, place)
            yield Action(f"feature {name} in {place}", lambda f=folder: ktl.data.tfds(f))
    for number, template in enumerate(("/etc/passwd", "../{SPLIT}", "gs://bucket/{SPLIT}")):
        folder = _prepared(files / f"template{number}", "", "", template)
        yield Action(f"files at {template}", lambda f=folder: ktl.data.tfds(f))
    yield from _pickled(places)
    for path in ("../victim/secret", str(places.victim / "secret"), "model/../../x"):
        folder = files / f"bundle{abs(hash(path))}"
        folder.mkdir()
        (folder / "report.json").write_text(json.dumps(_report(path)))
        yield Action(f"bundle with {path}", lambda f=folder: Bundle.load(f))


def _prepared(folder: Path, name: str, place: str, template: str = "") -> Path:
    """Write the description of a data set of TensorFlow Datasets with a feature of some class."""
    folder.mkdir()
    feature = {"pythonClassName": name, "jsonFeature": {"json": "{}"}}
    module = "tensorflow_datasets.core.features."
    text = {"pythonClassName": f"{module}text_feature.Text", "text": {}}
    if place == "inside":
        listed = {"features": {"image": text, "label": feature}}
        feature = {"pythonClassName": f"{module}features_dict.FeaturesDict", "featuresDict": listed}
    elif place == "legacy":
        old = {"type": name, "content": {}, "proto_cls": ""}
        inner = json.dumps({"type": f"{module}sequence_feature.Sequence", "feature": old})
        feature = {
            "pythonClassName": f"{module}sequence_feature.Sequence",
            "jsonFeature": {"json": inner},
        }
    split = {"name": "train", "numBytes": "1", "shardLengths": ["1"]}
    info: dict[str, Any] = {"name": "x", "version": "1.0.0", "fileFormat": "tfrecord"}
    info["splits"] = [{**split, "filepathTemplate": template}]
    if place == "dataset_info.json":
        info["features"] = feature
    (folder / "dataset_info.json").write_text(json.dumps(info))
    (folder / "features.json").write_text(json.dumps(text if template else feature))
    return folder


class _Runs:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.path,)


def _pickled(places: Places) -> Iterator[Action]:
    """Tables and cached features that hold pickles."""
    effect = _Runs(places.victim / "new")
    extension = {
        b"ARROW:extension:name": b"arrow.py_extension_type",
        b"ARROW:extension:metadata": pickle.dumps(effect),
    }
    fields = [pa.field("text", pa.string(), metadata=extension), pa.field("label", pa.string())]
    meta = {b"pandas": json.dumps({"index_columns": [], "columns": [], "creator": 1}).encode()}
    table = pa.table([["x", "y"], ["a", "b"]], pa.schema(fields, metadata=meta))
    pq.write_table(table, places.files / "extension.parquet")
    yield Action(
        "an extension type",
        lambda: ktl.data.csv(places.files / "extension.parquet", text="text", label="label"),
        refused=False,
    )
    shown = base64.b64encode(pickle.dumps(effect)).decode()
    pd.DataFrame({"text": [shown, "y"], "label": ["a", "b"]}).to_pickle(places.files / "p.csv")
    yield Action(
        "a pickle as table",
        lambda: ktl.data.csv(places.files / "p.csv", text="text", label="label"),
    )
    entry = places.files / "entry"
    entry.mkdir()
    Header(1, (TensorRows("float32", (2,)),)).write(entry)
    np.save(entry / "0.npy", np.array([effect], dtype=object), allow_pickle=True)
    yield Action("a pickle in the cache", lambda: read_entry(entry))


def _report(path: str) -> dict[str, Any]:
    artifact = {"name": "saved_model", "path": path, "bytes": 1, "accuracy": 1.0}
    artifact |= {"agreement": 1.0, "max_difference": 0.0, "latency_ms": 1.0, "decision": "kept"}
    return {
        **{"task": "image", "labels": ["a"], "examples": 1, "metric": "accuracy"},
        **{"model_accuracy": 1.0, "artifacts": [{**artifact, "candidate": ""}]},
    }


def _predicted(places: Places) -> Iterator[Action]:
    """Inputs of `predict` that are programs or addresses."""
    size = (tiny.SIZE, tiny.SIZE)
    recipe = ktl.ImageClassification(tiny.network(), preprocessing="none", image_size=size)
    recipe.build(("a", "b"))
    image = places.files / "images" / "a" / "x.png"
    yield Action("predict an image", lambda: recipe.predict([str(image)]), refused=False)
    for name in ("program.jpg", "program.png", "program.eps"):
        path = places.files / name
        yield Action(f"predict {name}", lambda p=path: recipe.predict([str(p)]))
        yield Action(
            f"predict the content of {name}", lambda p=path: recipe.predict([p.read_bytes()])
        )
    for address in _ADDRESSES:
        yield Action(f"predict {address}", lambda a=address: recipe.predict([a]))
