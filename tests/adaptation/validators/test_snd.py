import sys

import numpy as np
import pytest
from scipy.special import entr, softmax

from kerastl.adaptation.validators import snd

snd_module = sys.modules["kerastl.adaptation.validators.snd"]


def points(examples=50, width=4, seed=0):
    return np.random.default_rng(seed).normal(size=(examples, width))


def test_it_is_the_papers_formula():
    features = points()
    unit = features / np.linalg.norm(features, axis=1, keepdims=True)
    rows = [np.delete(unit @ row, i) for i, row in enumerate(unit)]
    expected = np.mean([entr(softmax(row / 0.05)).sum() for row in rows])
    assert snd(features) == pytest.approx(expected)


@pytest.mark.parametrize("chunk", [1, 7, 49, 50, 64])
def test_chunks_do_not_matter(monkeypatch, chunk):
    whole = snd(points())
    monkeypatch.setattr(snd_module, "_CHUNK", chunk)
    assert snd(points()) == pytest.approx(whole)


def test_neither_scale_nor_rotation_matters():
    turn, _ = np.linalg.qr(points(4))
    assert snd(7.0 * points() @ turn) == pytest.approx(snd(points()))


def test_dense_clusters_score_above_loose_ones():
    centres = np.eye(4)[np.arange(50) % 4]
    dense, loose = centres + 0.05 * points(), centres + 0.3 * points()
    assert snd(dense) > snd(loose) > snd(points())


@pytest.mark.parametrize("features", [np.ones((30, 3)), np.zeros((30, 3))])
def test_points_that_are_equal_reach_the_largest_score(features):
    assert snd(features) == pytest.approx(np.log(29))


def test_two_examples_have_one_neighbour_each():
    assert snd([[1.0, 0.0], [0.0, 1.0]]) == 0.0


@pytest.mark.parametrize("temperature", [0.0, -1.0, np.nan, np.inf])
def test_a_temperature_that_is_none_is_refused(temperature):
    with pytest.raises(ValueError, match=f"Received: temperature={temperature}$"):
        snd(points(), temperature)
