import pytest

from kerastl.artifacts.litert.float_layers import (
    blocks,
    head_layers,
    leading_layers,
    multiplications,
)
from kerastl.artifacts.litert.graph import Graph, Kind


@pytest.fixture(scope="module")
def graph(small_float32):
    return Graph(small_float32)


def _kinds(graph, numbers):
    return [graph.kind(graph.operators[number]) for number in sorted(numbers)]


def test_multiplications(graph):
    counted = [multiplications(graph, operator) for operator in graph.operators]
    # 15 x 15 places: 8 filters of 3 x 3 x 3, 8 of 3 x 3, 16 of 8; then 3 classes of 16.
    expected = [225 * 8 * 27, 225 * 8 * 9, 225 * 16 * 8, 48]
    assert [count for count in counted if count] == expected


def test_head_is_what_comes_after_pooling(graph):
    kinds = _kinds(graph, head_layers(graph))
    assert kinds == [Kind.MEAN, Kind.FULLY_CONNECTED, Kind.SOFTMAX]


@pytest.mark.parametrize(
    ("share", "last"), [(0.2, None), (0.6, Kind.CONV_2D), (0.7, Kind.DEPTHWISE_CONV_2D)]
)
def test_leading_layers_hold_no_more_than_the_share(graph, share, last):
    kinds = _kinds(graph, leading_layers(graph, share))
    assert kinds[-1:] == ([] if last is None else [last])


def test_blocks_cover_what_is_left_once(graph):
    taken = head_layers(graph)
    runs = blocks(graph, taken)
    assert len(runs) == 3
    weighted = [[n for n in run if multiplications(graph, graph.operators[n])] for run in runs]
    assert [len(numbers) for numbers in weighted] == [1, 1, 1]
    assert not set().union(*runs) & taken
    assert sum(map(len, runs)) == len(set().union(*runs))
