import tensorflow as tf

from kerastl.backbones.hub.length_graphs import LengthGraphs


def test_a_graph_is_made_for_each_length_and_for_no_other_reason():
    made = []

    def pack(texts, length):
        made.append(length)
        return tf.strings.substr(texts, 0, length)

    graphs = LengthGraphs(pack)
    assert graphs(["abc"], 2).numpy().tolist() == [b"ab"]
    assert graphs([], 2).numpy().tolist() == []
    assert graphs(tf.constant(["abc", "de", "f"]), 1).numpy().tolist() == [b"a", b"d", b"f"]
    inside = tf.function(lambda texts: graphs(texts, 2))
    assert inside(tf.constant(["xyz"] * 5)).numpy().tolist() == [b"xy"] * 5
    assert made == [2, 1]
