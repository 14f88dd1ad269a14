import numpy as np
import pytest

from kerastl.tasks.embedding.measure import VectorMeasure

MEASURE = VectorMeasure()


@pytest.fixture
def vectors():
    return np.random.default_rng(0).normal(size=(40, 8)).astype("float32")


def test_agreement_is_the_mean_cosine(vectors):
    assert MEASURE.agreement(vectors * 3, vectors) == 1.0
    assert MEASURE.agreement(-vectors, vectors) == 0.0
    half = np.concatenate([vectors[:20], -vectors[20:]])
    assert MEASURE.agreement(half, vectors) == pytest.approx(0.0, abs=1e-6)
    turned = np.array([[1.0, 1.0]]), np.array([[1.0, 0.0]])
    assert MEASURE.agreement(*turned) == pytest.approx(0.5**0.5, abs=1e-6)


def test_the_figure_is_the_share_of_neighbours_kept(vectors):
    assert MEASURE.metric(vectors, vectors) == 1.0
    assert MEASURE.metric(np.random.default_rng(1).normal(size=(40, 8)), vectors) < 0.3
    assert MEASURE.metric(vectors[:1], vectors[:1]) == 1.0


def test_neighbours_as_near_as_one_another_may_change_places():
    true = np.array([[1.0, 0.0], [1.0, 0.01], [1.0, -0.0101], [0.0, 1.0]])
    given = np.array([[1.0, 0.0], [1.0, 0.02], [1.0, -0.0101], [0.0, 1.0]])
    assert MEASURE.metric(given, true) == 1.0


def test_names_are_refused():
    with pytest.raises(ValueError, match="no classes"):
        MEASURE.check((None, 8), ("good",))
    assert MEASURE.counts(np.zeros((3, 8)), ()) == {"examples": 3}
