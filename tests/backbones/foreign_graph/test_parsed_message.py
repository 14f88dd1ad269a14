from typing import Any

import pytest
from tensorflow.core.framework import graph_pb2

from kerastl.backbones.foreign_graph import parsed_message as module
from kerastl.backbones.foreign_graph.parsed_message import parsed_message

GRAPH = graph_pb2.GraphDef(node=[{"name": "x", "op": "NoOp"} for _ in range(20)])


def test_parts_are_counted_before_they_are_made(monkeypatch: Any) -> None:
    content = GRAPH.SerializeToString()
    monkeypatch.setattr(module, "_SMALL", 0)
    # Each node is a message with two strings.
    monkeypatch.setattr(module, "_MOST_MESSAGES", 60)
    assert parsed_message(graph_pb2.GraphDef, content, "'model'") == GRAPH
    monkeypatch.setattr(module, "_MOST_MESSAGES", 59)
    with pytest.raises(ValueError, match=r"at most 59 parts.*Received: more parts in 'model'"):
        parsed_message(graph_pb2.GraphDef, content, "'model'")


@pytest.mark.parametrize("small", [0, 1000])
def test_a_damaged_message_is_named(small: int, monkeypatch: Any) -> None:
    monkeypatch.setattr(module, "_SMALL", small)
    for content in (b"\xff" * 50, GRAPH.SerializeToString()[:-1], b"\x0b", b"\x0a\x7f"):
        with pytest.raises(ValueError, match="the graph cannot be parsed"):
            parsed_message(graph_pb2.GraphDef, content, "'model'")
