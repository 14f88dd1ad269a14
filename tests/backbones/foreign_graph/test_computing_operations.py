import re
from pathlib import Path

import pytest
from tensorflow.core.framework import graph_pb2

from kerastl.artifacts.serving import operations
from kerastl.artifacts.serving.text_operations import TEXT_OPERATIONS
from kerastl.backbones.foreign_graph.computing_operations import computing_operations
from kerastl.backbones.foreign_graph.graph_check import check_graph

_LINES = Path(operations.__file__).with_name("operations_2_16.txt").read_text(encoding="utf-8")
OF_TENSORFLOW = {line for line in _LINES.splitlines() if not line.startswith("#")}
# Parts of the names of operators that reach beyond tensors.
BEYOND = re.compile(
    r"File|Record|Dataset|Summary|Debug|Py[A-Z]|Print|Library|Save|Restore|Checkpoint|Reader|Queue"
    r"|Iterator|TPU|Tpu|Rpc|Collective|Nccl|Xla|Send|Recv|feed|Remote|Session|Dump|Proto|Immutable"
)


def test_the_list_names_operators_of_tensorflow_once() -> None:
    assert computing_operations(state=True) <= OF_TENSORFLOW
    assert computing_operations(state=False) < computing_operations(state=True)


def test_no_listed_operator_reaches_beyond_tensors() -> None:
    assert not [name for name in computing_operations(state=True) if BEYOND.search(name)]


def test_every_other_operator_is_refused() -> None:
    text = {name for library in TEXT_OPERATIONS.values() for name in library}
    for name in OF_TENSORFLOW - computing_operations(state=True) | text:
        with pytest.raises(ValueError, match=f"operators {name} in 'model'"):
            check_graph(graph_pb2.GraphDef(node=[{"op": name}]), "'model'", state=True)
