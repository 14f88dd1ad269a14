"""Hostile model files, saved recipes and presets, and honest ones, which have no effect either."""

import json
import pickle
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np

import kerastl as ktl
from kerastl.backbones import backbone_from_config
from kerastl.backbones.hub.packing import TokenPacker
from kerastl.backbones.hub.presets import load_preset
from kerastl.search.vector_index import VectorIndex
from kerastl.training.checkpoint.state_file import read_state
from tests.contracts.small_presets import save_preset
from tests.security import hostile_configs
from tests.security.hostile_configs import KERAS2, KERAS3, SYMBOLS, layer, nested
from tests.security.hostile_files import (
    calls_a_function,
    change_config,
    every_layer,
    functional,
    write_h5,
    write_keras,
    write_saved_model,
)
from tests.security.watching.action import Action, Places
from tests.training import tiny

Calls = list[Callable[[], Any]]
PIXELS = np.zeros((2, tiny.SIZE, tiny.SIZE, 3), np.uint8)


def old_models(places: Places) -> tuple[Calls, list[Action]]:
    """Models of Keras 1 and 2 that call functions of TensorFlow, import modules or hold code."""
    made: dict[str, Path] = {}
    files = places.files
    for number, symbol in enumerate(SYMBOLS):
        aim = places.files / "gadget.so" if "load" in str(symbol) else places.victim / "folder"
        made[f"{symbol}"] = write_h5(files / f"{number}.h5", calls_a_function(symbol, str(aim)))
    for number, (name, gadget) in enumerate(KERAS2.items()):
        made[name] = write_h5(files / f"k{number}.h5", _containing(gadget))
    hostile = hostile_configs.calling(
        "io.gfile.rmtree", ("_CONSTANT_VALUE", -1, str(places.victim))
    )
    for number, (name, gadget) in enumerate(nested(hostile).items()):
        made[f"in {name}"] = write_h5(files / f"n{number}.h5", _containing(gadget))
        path = files / f"n{number}.keras"
        made[f"in {name} of an archive"] = write_keras(path, _containing(gadget), "2.15.0")
        made[f"in {name} of a SavedModel"] = write_saved_model(
            files / f"n{number}", _containing(gadget)
        )
    honest = write_h5(files / "honest.h5", _containing(layer("ReLU")))
    return _actions(made, _backbone, honest)


def new_models(places: Places) -> tuple[Calls, list[Action]]:
    """Models and saved recipes of Keras 3 that name functions, files, code and addresses."""
    files = places.files
    gadgets = {**KERAS3, **_aimed(places)}
    model = keras.Sequential([keras.Input((8, 8, 3)), keras.layers.Conv2D(2, 3)], name="model")
    plain = keras.saving.serialize_keras_object(model)
    made: dict[str, Path] = {}
    for number, (name, gadget) in enumerate(gadgets.items()):
        config = json.loads(json.dumps(plain))
        config["config"]["layers"][1]["config"]["activation"] = gadget
        made[name] = write_keras(files / f"a{number}.keras", config)
        config["config"]["layers"][1] = gadget
        made[f"{name} as layer"] = write_keras(files / f"b{number}.keras", config)
    honest = files / "honest.keras"
    model.save(honest)
    warm_up, actions = _actions(made, _backbone, honest)
    loads = [
        Action(f"{name} as a checkpoint", lambda path=path: ktl.load_model(path))
        for name, path in made.items()
        if not name.startswith("runs")
    ]
    configs = [
        Action(f"configuration {name}", lambda config=config: backbone_from_config(config))
        for name, config in _backbones(places)
    ]
    return warm_up, [*actions, *loads, *configs]


def recipes(places: Places) -> tuple[Calls, list[Action]]:
    """Saved recipes, presets, tokenizers, indexes and states with gadgets in every file."""
    run = _saved_recipe(places)
    made: dict[str, Path] = {}
    gadgets = {**{name: KERAS3[name] for name in ("lambda", "SavedModel")}, **_aimed(places)}
    for name, gadget in gadgets.items():
        for place in ("augmentation", "preprocessing", "model", "activation", "task", "weights"):
            made[f"{name} as {place}"] = _changed(run, gadget, place)
    actions = [
        Action("load", lambda: ktl.load(run), refused=False),
        Action("load and predict", lambda: ktl.load(run).predict(PIXELS), refused=False),
        *(Action(name, lambda path=path: ktl.load(path)) for name, path in made.items()),
        *_presets(places, gadgets),
        *_pickles(places),
    ]
    preset = places.files / "honest"
    save_preset("bert", preset)
    actions.append(Action("a preset", lambda: ktl.backbone(preset).build(), refused=False))
    return [each.call for each in actions if not each.refused], actions


def _actions(
    made: dict[str, Path], read: Callable[[Path], Any], honest: Path
) -> tuple[Calls, list[Action]]:
    actions = [Action(name, lambda path=path: read(path)) for name, path in made.items()]
    allowed = Action("an honest file", lambda: read(honest), refused=False)
    return [allowed.call], [allowed, *actions]


def _backbone(path: Path) -> Any:
    return ktl.backbone(path, preprocessing="none").build()


def _containing(gadget: Any) -> dict[str, Any]:
    """A functional model of Keras 2 with an honest layer, and a gadget that is not an output."""
    same = layer("Activation", config={"name": "same", "activation": "relu"}, name="same")
    same["inbound_nodes"] = [[["x", 0, 0, {}]]]
    named = {"name": "op", "inbound_nodes": [[["x", 0, 0, {}]]], **gadget}
    if isinstance(named.get("config"), dict):
        named["config"] = {"name": "op", **named["config"]}
    return functional(named, same, last="same")


def _aimed(places: Places) -> dict[str, Any]:
    """Gadgets that would read or write the victim's files, or import what lies beside them."""
    secret, new = str(places.victim / "secret"), str(places.victim / "new")
    return {
        "reads a vocabulary": layer(
            "StringLookup", module="keras.layers", config={"vocabulary": secret}
        ),
        "edits weights": layer(
            "KerasFileEditor", module="keras.saving", config={"filepath": secret}
        ),
        "writes a table": layer("CSVLogger", module="keras.callbacks", config={"filename": new}),
        "imports a module": layer("X", module="this", registered_name="this>X"),
        "imports a file": layer("X", module="gadget", registered_name="gadget>X"),
        "runs the command line": layer(
            "X", module="kerastl.__main__", registered_name="kerastl>PixelScalingX"
        ),
    }


def _backbones(places: Places) -> Iterator[tuple[str, dict[str, Any]]]:
    addresses = ("hf://user/model", "kaggle://a/b/keras/c", "gs://bucket/a.keras", "bert")
    for name in (*addresses, str(places.files / "a0.keras"), str(places.victim / "secret")):
        plain = {"name": name, "weights": name, "options": {}}
        yield f"application {name}", {"kind": "application", **plain}
        yield f"hub {name}", {"kind": "hub", **plain}
        yield f"class {name}", {"kind": "hub", **plain, "architecture": {"class": name}}
    for name, gadget in KERAS3.items():
        architecture = {"class": "BertBackbone", "config": {"dtype": gadget}}
        yield (
            f"hub {name}",
            {
                **{"kind": "hub", "name": "x", "weights": None, "options": {}},
                "architecture": architecture,
            },
        )


def _saved_recipe(places: Places) -> Path:
    size = (tiny.SIZE, tiny.SIZE)
    recipe = ktl.ImageClassification(tiny.network(), preprocessing="none", image_size=size)
    recipe.build(("a", "b"))
    return recipe.save(places.files / "run")


def _changed(run: Path, gadget: Any, place: str) -> Path:
    """Copy a recipe, with a gadget in one place."""
    copy = run.with_name(f"{run.name}{len(list(run.parent.iterdir()))}")
    shutil.copytree(run, copy)
    if place == "activation":
        change_config(
            copy / "model.keras", lambda config: every_layer(config, "Conv2D")[0].update(x=gadget)
        )
        return copy
    described = json.loads((copy / "recipe.json").read_text())
    config = described["config"]
    if place == "task":
        described["task"] = gadget
    elif place == "weights":
        config["backbone"] = {"kind": "application", "name": "hf://user/model", "weights": gadget}
    elif place == "augmentation":
        config[place] = gadget
    else:
        config["backbone"][place] = gadget
    (copy / "recipe.json").write_text(json.dumps(described))
    return copy


def _presets(places: Places, gadgets: dict[str, Any]) -> Iterator[Action]:
    bert = "keras_hub>BertBackbone"
    module = "keras_hub.src.models.bert.bert_"
    backbone = layer("BertBackbone", module=f"{module}backbone", registered_name=bert)
    tokenizer = layer(
        "BertTokenizer", module=f"{module}tokenizer", registered_name="keras_hub>BertTokenizer"
    )
    read = json.dumps({"start": 1, "end": 2, "pad": 0})
    for number, (name, gadget) in enumerate(gadgets.items()):
        for kind, config in {
            "dtype": {**backbone, "config": {"dtype": gadget}},
            "backbone": {**gadget, "registered_name": bert},
            # Keras would make what is inside a configuration that names no class.
            "value": {"registered_name": bert, "config": {"x": gadget}},
        }.items():
            folder = places.files / f"preset-{number}-{kind}"
            folder.mkdir()
            (folder / "config.json").write_text(json.dumps(config))
            (folder / "tokenizer.json").write_text(json.dumps(tokenizer))
            yield Action(f"preset with {name} as {kind}", lambda f=folder: ktl.backbone(f).build())
        folder = places.files / f"tokenizer-{number}"
        folder.mkdir()
        (folder / "packer.json").write_text(read)
        (folder / "tokenizer.json").write_text(
            json.dumps({**tokenizer, "config": {"sequence_length": gadget}})
        )
        yield Action(f"tokenizer with {name}", lambda f=folder: TokenPacker.load(f))
    folder = places.files / "map"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(backbone))
    named = {"weight_map": {"/": [str(places.victim / "secret")]}}
    (folder / "model.weights.json").write_text(json.dumps(named))
    yield Action("weights elsewhere", lambda: load_preset(_must_not_run, str(folder), "a network"))


def _must_not_run(*arguments: Any) -> None:
    raise AssertionError(arguments)


class _Runs:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.path,)


def _pickles(places: Places) -> Iterator[Action]:
    """Arrays whose elements are made by code in the file."""
    effect = np.array([_Runs(places.victim / "new")], dtype=object)
    folder = places.files / "index"
    folder.mkdir()
    (folder / "index.json").write_text('{"format": 1, "inputs": null}')
    np.save(folder / "vectors.npy", effect, allow_pickle=True)
    np.savez(folder / "state.npz", plain=effect)
    (folder / "raw.npz").write_bytes(pickle.dumps(effect))
    with h5py.File(folder / "linked.weights.h5", "w") as file:
        file["x"] = h5py.ExternalLink(str(places.victim / "secret"), "x")
    network = tiny.network()
    linked = folder / "linked.weights.h5"
    yield Action("pickled index", lambda: VectorIndex.load(folder))
    yield Action("pickled state", lambda: read_state(folder / "state.npz"))
    yield Action("pickle as state", lambda: read_state(folder / "raw.npz"))
    yield Action(
        "linked weights",
        lambda: ktl.backbone(network, preprocessing="none", weights=str(linked)).build(),
    )
