import numpy as np
import pytest

from kerastl.artifacts import HeldOut


def _examples(labels) -> HeldOut:
    labels = np.asarray(labels)
    return HeldOut({"pixels": labels[:, None]}, labels, [str(label) for label in labels])


def test_sample_keeps_shares_and_order():
    labels = np.repeat([0, 1, 2], [600, 300, 100])
    sample = _examples(labels).sample(100, seed=3)
    assert np.bincount(sample.labels) == pytest.approx([60, 30, 10], abs=1)
    assert sample.raw == [str(label) for label in sample.labels]
    assert (sample.inputs["pixels"][:, 0] == sample.labels).all()
    assert (np.diff(sample.labels) >= 0).all()


def test_small_sets_stay_whole():
    examples = _examples([0, 1])
    assert examples.sample(2) is examples


@pytest.mark.parametrize(
    ("inputs", "labels", "raw"),
    [({"pixels": np.zeros((0, 1))}, [], []), ({}, [1], ["a"]), ({"pixels": np.zeros(1)}, [1], [])],
)
def test_no_examples_or_unequal_parts(inputs, labels, raw):
    with pytest.raises(ValueError, match="Received:"):
        HeldOut(inputs, np.array(labels), raw)
