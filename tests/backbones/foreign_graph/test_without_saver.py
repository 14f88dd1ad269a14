import pytest
from tensorflow.core.protobuf import meta_graph_pb2

from kerastl.backbones.foreign_graph.without_saver import remove_saver


def meta_graph() -> meta_graph_pb2.MetaGraphDef:
    """A graph of TensorFlow 1 with one saver, and a node that restores from another path."""
    nodes = [
        {"name": "other", "op": "Const"},
        {"name": "default", "op": "Const"},
        {"name": "path", "op": "PlaceholderWithDefault", "input": ["default"]},
        {"name": "restore", "op": "RestoreV2", "input": ["path", "names"]},
        {"name": "assign", "op": "AssignVariableOp", "input": ["handle", "restore"]},
        {"name": "save", "op": "SaveV2", "input": ["path", "names"]},
        {"name": "saved", "op": "Identity", "input": ["path", "^save"]},
        {"name": "foreign", "op": "RestoreV2", "input": ["other", "names"]},
        {"name": "reader", "op": "Identity", "input": ["foreign:1"]},
    ]
    made = meta_graph_pb2.MetaGraphDef(graph_def={"node": nodes})
    made.saver_def.filename_tensor_name = "path:0"
    return made


def test_variables_are_restored_from_the_loaders_path_only() -> None:
    made = meta_graph()
    remove_saver(made, "'model'")
    kept = {node.name: node for node in made.graph_def.node}
    assert list(kept) == ["other", "default", "path", "restore", "assign"]
    assert kept["path"].op == "Placeholder"
    assert not kept["path"].input


def test_tensorflow_2_restores_without_the_graph() -> None:
    made = meta_graph()
    made.object_graph_def.nodes.add()
    remove_saver(made, "'model'")
    assert [node.name for node in made.graph_def.node] == ["other", "default", "path"]


@pytest.mark.parametrize(("tensor", "operator"), [("saved:0", "SaveV2"), ("reader:0", "RestoreV2")])
def test_a_signature_that_needs_the_saver_is_refused(tensor: str, operator: str) -> None:
    made = meta_graph()
    made.signature_def["serving_default"].outputs["x"].name = tensor
    with pytest.raises(ValueError, match=f"operators {operator} in 'model'"):
        remove_saver(made, "'model'")


def test_an_object_that_needs_a_function_of_the_saver_is_refused() -> None:
    made = meta_graph()
    library = made.graph_def.library
    library.function.add(node_def=[{"name": "x", "op": "SaveV2"}]).signature.name = "inner"
    outer = library.function.add()
    outer.signature.name = "outer"
    outer.node_def.add(name="y", op="PartitionedCall").attr["f"].func.name = "inner"
    made.object_graph_def.concrete_functions["outer"].SetInParent()
    with pytest.raises(ValueError, match="operators SaveV2 in 'model'"):
        remove_saver(made, "'model'")
