import numpy as np
import pytest

from kerastl.adaptation.methods.confident_labels import confident_labels

# Four of the first class, two of the second, one of the third.
PROBABILITIES = np.array(
    [
        [0.9, 0.1, 0.0],
        [0.5, 0.3, 0.2],
        [0.1, 0.6, 0.3],
        [0.8, 0.1, 0.1],
        [0.3, 0.3, 0.4],
        [0.2, 0.7, 0.1],
        [0.6, 0.2, 0.2],
    ]
)


@pytest.mark.parametrize(
    ("share", "min_confidence", "labels"),
    [
        (1.0, 0.0, [0, 0, 1, 0, 2, 1, 0]),
        (0.75, 0.0, [0, -1, 1, 0, 2, 1, 0]),
        (0.5, 0.0, [0, -1, -1, 0, 2, 1, -1]),
        (0.01, 0.0, [0, -1, -1, -1, 2, 1, -1]),
        (1.0, 0.6, [0, -1, 1, 0, -1, 1, 0]),
        # The share counts all predictions of a class, also those below the confidence limit.
        (0.5, 0.65, [0, -1, -1, 0, -1, 1, -1]),
        (1.0, 0.95, [-1] * 7),
    ],
)
def test_the_most_confident_share_of_each_class_is_labelled(share, min_confidence, labels):
    assert confident_labels(PROBABILITIES, share, min_confidence).tolist() == labels


def test_among_equally_confident_examples_the_first_are_labelled():
    alike = np.array([[0.7, 0.3]] * 4)
    assert confident_labels(alike, 0.5).tolist() == [0, 0, -1, -1]
