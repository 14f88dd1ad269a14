"""A SavedModel of someone else is checked before TensorFlow reads it."""

import hashlib
import os
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from google.protobuf import text_format
from tensorflow.core.framework import graph_pb2
from tensorflow.core.protobuf import saved_model_pb2

import kerastl as ktl
from kerastl.backbones.foreign_graph.checked_saved_model import checked_saved_model
from kerastl.backbones.frozen_graph import FrozenGraph
from tests.security.hostile_saved_models import ACTIONS, edited, save, save_first_version

REFUSED = r"not known to compute only.*Received: operators .*{}"


def backbone(path: Path) -> Any:
    return ktl.backbone(path, preprocessing="none")


def effects(folder: Path) -> list[Path]:
    """What an action left beside the SavedModel."""
    return [path for path in folder.iterdir() if path.name.startswith("effect")]


def action(name: str, folder: Path) -> Callable[[], Any]:
    return lambda: ACTIONS[name](str(folder / "effect"))


@pytest.fixture(scope="module")
def honest(tmp_path_factory: Any) -> Path:
    return save(tmp_path_factory.mktemp("honest") / "model")


@pytest.fixture
def model(honest: Path, tmp_path: Path) -> Path:
    """A copy to change."""
    shutil.copytree(honest, tmp_path / "model")
    return tmp_path / "model"


def write_text_form(path: Path) -> None:
    content = saved_model_pb2.SavedModel.FromString((path / "saved_model.pb").read_bytes())
    (path / "saved_model.pbtxt").write_text(text_format.MessageToString(content))
    (path / "saved_model.pb").unlink()


def test_the_gadgets_work_without_the_check(tmp_path: Path) -> None:
    path = save(tmp_path / "model", initializer=action("WriteFile", tmp_path))
    assert not effects(tmp_path)
    tf.saved_model.load(str(path))
    assert effects(tmp_path)


@pytest.mark.parametrize("name", ACTIONS)
def test_an_initializer_does_not_run(name: str, tmp_path: Path) -> None:
    path = save(tmp_path / "model", initializer=action(name, tmp_path))
    with pytest.raises(ValueError, match=REFUSED.format(name)):
        backbone(path)
    assert not effects(tmp_path)


@pytest.mark.parametrize("place", ["serving", "unused"])
def test_every_function_is_checked(place: str, tmp_path: Path) -> None:
    def branch() -> None:
        tf.cond(
            tf.timestamp() > 0 if place == "unused" else tf.constant(True),
            lambda: [action("WriteFile", tmp_path)(), tf.constant(0)][1],
            lambda: tf.constant(0),
        )

    path = save(tmp_path / "model", **{place: branch})
    with pytest.raises(ValueError, match=REFUSED.format("WriteFile")):
        backbone(path)
    assert not effects(tmp_path)


@pytest.mark.parametrize("name", ["WriteFile", "SaveV2"])
def test_a_main_operation_does_not_run(name: str, tmp_path: Path) -> None:
    def main() -> Any:
        action(name, tmp_path)()
        return tf.compat.v1.get_default_graph().get_operations()[-1]

    path = save_first_version(tmp_path / "model", main)
    shutil.copytree(path, tmp_path / "same")
    with pytest.raises(ValueError, match=r"operators WriteFile|TensorFlow cannot load"):
        backbone(path)
    assert not effects(tmp_path)
    tf.saved_model.load(str(tmp_path / "same"))
    assert effects(tmp_path)


def test_a_saver_that_writes_does_not_run(tmp_path: Path) -> None:
    def restore() -> Any:
        action("SaveV2", tmp_path)()
        return tf.compat.v1.get_default_graph().get_operations()[-1]

    path = save_first_version(tmp_path / "model", restores=restore)
    with pytest.raises(ValueError, match=r"Received: "):
        backbone(path)
    assert not effects(tmp_path)


def test_the_first_version_is_loaded(tmp_path: Path) -> None:
    path = save_first_version(tmp_path / "model")
    given = backbone(path).build()(np.ones((2, 8, 8, 3), "float32"))
    np.testing.assert_allclose(np.asarray(given), np.full((2, 5), 3.0))


def test_tables_gradients_and_loops_are_loaded(tmp_path: Path) -> None:
    @tf.custom_gradient
    def twice(x: Any) -> Any:
        return 2 * x, lambda upstream: upstream * tf.sigmoid(x)

    pairs = tf.lookup.KeyValueTensorInitializer([1, 2], [3, 4])
    table = tf.lookup.StaticHashTable(pairs, 0)

    def compute() -> None:
        table.lookup(tf.constant([1]))
        tf.while_loop(lambda i, _: i < 3, lambda i, x: (i + 1, twice(x)), (0, 1.0))

    path = save(tmp_path / "model", unused=compute, table=table)
    assert backbone(path).build().output.shape == (None, 5)


def rename_operator(content: Any) -> None:
    content.meta_graphs[0].graph_def.node.add(name="x", op="OperatorOfTomorrow")


def call_a_function_of_this_process(content: Any) -> None:
    node = content.meta_graphs[0].graph_def.node.add(name="x", op="PartitionedCall")
    node.attr["f"].func.name = "__inference_of_another_model"


def call_it_inside_an_attribute(content: Any) -> None:
    library = content.meta_graphs[0].graph_def.library
    outer = library.function[0].node_def.add(name="x", op="PartitionedCall").attr["f"].func
    outer.name = library.function[0].signature.name
    outer.attr["body"].list.func.add(name="__inference_of_another_model")


def call_itself(content: Any) -> None:
    function = content.meta_graphs[0].graph_def.library.function[0]
    node = function.node_def.add(name="x", op="PartitionedCall")
    node.attr["f"].func.name = function.signature.name


def name_a_function_as_an_operator(content: Any) -> None:
    content.meta_graphs[0].graph_def.library.function.add().signature.name = "WriteFile"


def hold_a_variant(content: Any) -> None:
    node = content.meta_graphs[0].graph_def.node.add(name="x", op="Const")
    node.attr["value"].tensor.dtype = tf.variant.as_datatype_enum


def repeat_a_value(content: Any) -> None:
    node = content.meta_graphs[0].graph_def.node.add(name="x", op="Const")
    tensor = node.attr["value"].tensor
    tensor.dtype = tf.float32.as_datatype_enum
    tensor.tensor_shape.dim.add(size=2**40)
    tensor.float_val.append(0.0)


def leave_the_directory(content: Any) -> None:
    content.meta_graphs[0].asset_file_def.add(filename="../../etc/passwd")


def name_an_absolute_asset(content: Any) -> None:
    content.meta_graphs[0].asset_file_def.add(filename="/etc/passwd")


def hold_two_graphs(content: Any) -> None:
    content.meta_graphs.add().CopyFrom(content.meta_graphs[0])


def act_in_a_second_graph(content: Any) -> None:
    content.meta_graphs.add().graph_def.node.add(name="x", op="WriteFile")


def name_a_registered_class(content: Any) -> None:
    content.meta_graphs[0].object_graph_def.nodes[0].registered_name = "package.Class"


def name_a_registered_saver(content: Any) -> None:
    content.meta_graphs[0].object_graph_def.nodes[0].registered_saver = "package.Saver"


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (rename_operator, "operators OperatorOfTomorrow"),
        (call_a_function_of_this_process, "functions __inference_of_another_model"),
        (call_it_inside_an_attribute, "functions __inference_of_another_model"),
        (call_itself, "in a circle"),
        (name_a_function_as_an_operator, "operators WriteFile"),
        (hold_a_variant, "operators Const of type variant"),
        (repeat_a_value, "much larger than the file"),
        (leave_the_directory, "outside its directory"),
        (name_an_absolute_asset, "outside its directory"),
        (hold_two_graphs, "2 graphs"),
        (act_in_a_second_graph, "operators WriteFile"),
        (name_a_registered_class, "another package registers"),
        (name_a_registered_saver, "another package registers"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_an_edited_file_is_refused(edit: Callable[[Any], None], message: str, model: Path) -> None:
    with edited(model) as content:
        edit(content)
    with pytest.raises(ValueError, match=rf"{message}(?s:.*)"), checked_saved_model(model):
        pass


@pytest.mark.parametrize("name", ["saved_model.pb", "variables/variables.index"])
def test_only_regular_files_are_opened(name: str, model: Path) -> None:
    (model / name).unlink()
    os.mkfifo(model / name)
    with pytest.raises(ValueError, match=r"Received: "):
        backbone(model)


def test_a_damaged_file_is_named(model: Path) -> None:
    (model / "saved_model.pb").write_bytes(b"\xff" * 100)
    with pytest.raises(ValueError, match=r"saved_model\.pb is damaged: .*Received: .*model"):
        backbone(model)


@pytest.mark.parametrize("metadata", [True, False])
def test_the_text_form_is_refused(metadata: bool, tmp_path: Path) -> None:
    path = save(tmp_path / "model", initializer=action("WriteFile", tmp_path))
    write_text_form(path)
    if metadata:
        (path / "keras_metadata.pb").write_bytes(b"")
    with pytest.raises(ValueError, match=r"Received: "):
        backbone(path)
    assert not effects(tmp_path)


def test_the_copy_holds_what_was_checked(model: Path) -> None:
    for name in ("assets/more.txt", "saved_model.cpb", "saved_model.pbtxt", "variables/more.pb"):
        file = model / name
        file.parent.mkdir(exist_ok=True)
        file.write_text("x")
    with checked_saved_model(model) as copy:
        held = sorted(str(file.relative_to(copy)) for file in copy.rglob("*") if file.is_file())
        content = saved_model_pb2.SavedModel.FromString((copy / "saved_model.pb").read_bytes())
    graph = content.meta_graphs[0].graph_def
    assert held == [
        "saved_model.pb",
        "variables/variables.data-00000-of-00001",
        "variables/variables.index",
    ]
    assert graph.library.function
    assert b"SaveV2" not in graph.SerializeToString()


def test_a_keras_2_saved_model_is_checked_as_well(tmp_path: Path) -> None:
    tf_keras = pytest.importorskip("tf_keras")
    model = tf_keras.Sequential([tf_keras.Input((8, 8, 3)), tf_keras.layers.Conv2D(2, 3)])
    model.held = tf.Module()
    model.held.write = tf.function(
        lambda: [action("WriteFile", tmp_path)(), tf.constant(0)][1], input_signature=[]
    )
    model.save(tmp_path / "model")
    assert (tmp_path / "model" / "keras_metadata.pb").is_file()
    with pytest.raises(ValueError, match=REFUSED.format("WriteFile")):
        backbone(tmp_path / "model")
    assert not effects(tmp_path)


def test_a_file_that_names_a_saved_model_does_not_load_it(tmp_path: Path) -> None:
    path = save(tmp_path / "model", initializer=action("WriteFile", tmp_path))
    layer = {"class_name": "TFSMLayer", "module": "keras.layers", "registered_name": None}
    layer["config"] = {"filepath": str(path), "call_endpoint": "serving_default"}
    with pytest.raises(ValueError, match="TFSMLayer"):
        keras.saving.deserialize_keras_object(layer)
    assert not effects(tmp_path)


def digest(graph: bytes) -> bytes:
    return hashlib.blake2b(graph, digest_size=16).hexdigest().encode()


def test_a_graph_in_a_circle_ends(tmp_path: Path) -> None:
    nodes = [{"name": a, "op": "Identity", "input": [b]} for a, b in ("ab", "ba")]
    graph = graph_pb2.GraphDef(node=nodes).SerializeToString()
    (tmp_path / "frozen_graph.pb").write_bytes(graph)
    layer = FrozenGraph(digest(graph).decode(), "x:0", "a:0", (None, 5))
    layer.load_assets(str(tmp_path))
    assert layer.ends_in() == "features"
    with pytest.raises(ValueError, match=r"TensorFlow cannot read the graph(?s:.*)Received: "):
        layer.call(np.ones((1, 8, 8, 3), "float32"))


@pytest.mark.parametrize("name", ["WriteFile", "VarHandleOp", "OperatorOfTomorrow"])
def test_a_stored_graph_is_checked_whatever_its_digest(
    name: str, honest: Path, tmp_path: Path
) -> None:
    backbone(honest).model.save(tmp_path / "model.keras")
    with zipfile.ZipFile(tmp_path / "model.keras") as archive:
        files = {entry: archive.read(entry) for entry in archive.namelist()}
    (stored,) = (entry for entry in files if entry.endswith("frozen_graph.pb"))
    graph = tf.compat.v1.GraphDef.FromString(files[stored])
    graph.node.add(name="effect", op=name)
    old, files[stored] = files[stored], graph.SerializeToString()
    files["config.json"] = files["config.json"].replace(digest(old), digest(files[stored]))
    with zipfile.ZipFile(tmp_path / "other.keras", "w") as archive:
        for entry, content in files.items():
            archive.writestr(entry, content)
    with pytest.raises(ValueError, match=REFUSED.format(name)):
        backbone(tmp_path / "other.keras")
