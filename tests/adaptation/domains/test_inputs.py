import numpy as np

from kerastl.adaptation.domains.inputs import count, joined, taken

WORDS = {"tokens": np.array([[1, 2], [3, 4]]), "mask": np.array([[1, 1], [1, 0]])}


def test_inputs_are_joined_by_name_whatever_their_order():
    others = {"mask": np.array([[0, 0]]), "tokens": np.array([[7, 8]])}
    both = joined(WORDS, others)
    assert {name: array.tolist() for name, array in both.items()} == {
        "tokens": [[1, 2], [3, 4], [7, 8]],
        "mask": [[1, 1], [1, 0], [0, 0]],
    }
    assert count(both) == 3


def test_the_same_rows_are_taken_of_every_input():
    chosen = taken(WORDS, np.array([1]))
    assert {name: array.tolist() for name, array in chosen.items()} == {
        "tokens": [[3, 4]],
        "mask": [[1, 0]],
    }
