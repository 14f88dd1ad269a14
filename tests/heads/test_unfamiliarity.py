import keras
import numpy as np
import pytest

from kerastl.heads.unfamiliarity import SCORES, UNFAMILIARITY, Unfamiliarity, with_unfamiliarity
from kerastl.tasks.classification.head import ClassificationHead


@pytest.fixture
def rows() -> np.ndarray:
    """Examples near a plane of three directions, in twelve."""
    generator = np.random.default_rng(0)
    axes = generator.normal(size=(3, 12))
    plane = generator.normal(size=(200, 3)) * (5.0, 4.0, 3.0) @ axes
    return (plane + generator.normal(0, 0.1, (200, 12)) + 1.0).astype("float32")


@pytest.mark.both_backends
def test_examples_off_the_plane_are_farther_than_all_others(rows):
    score = Unfamiliarity.fit(rows, rows[:, :2], directions=3)
    off = rows[:5] + np.float32(3) * np.random.default_rng(1).normal(size=(5, 12)).astype("float32")
    assert score.distance(off).min() > score.distance(rows).max()
    assert np.allclose(score.directions.T @ score.directions, np.eye(3), atol=1e-5)
    # On the plane, only the energy of the logits counts.
    low = score(rows[:1], np.full((1, 2), -9.0))
    assert low > score(rows[:1], np.full((1, 2), 9.0)) + 17


@pytest.mark.both_backends
def test_few_examples_have_fewer_directions(rows):
    assert Unfamiliarity.fit(rows[:8], rows[:8, :2]).directions.shape == (12, 2)
    assert Unfamiliarity.fit(rows, rows[:, :2]).directions.shape == (12, 3)
    assert Unfamiliarity.fit(rows[:2], rows[:2, :2]).directions.shape == (12, 1)
    # More examples than features, and fewer, have the same directions.
    many, few = (Unfamiliarity.fit(rows[:12], rows[:12, :2], n).directions for n in (3, 3))
    assert np.allclose(many, few)
    alike = np.ones((9, 12), "float32")
    assert np.isfinite(Unfamiliarity.fit(alike, alike[:, :2])(rows, rows[:, :2])).all()


@pytest.mark.both_backends
def test_the_graph_computes_the_same(rows):
    inputs = keras.Input((12,))
    head = ClassificationHead(4, dropout=0.5, name="head")
    model = keras.Model(inputs, head(keras.layers.Rescaling(0.5)(inputs)))
    logits = keras.ops.convert_to_numpy(head.logits(0.5 * rows))
    score = Unfamiliarity.fit(0.5 * rows, logits)
    extended = with_unfamiliarity(model, score)
    found = extended.predict(rows, verbose=0)
    np.testing.assert_allclose(found[SCORES], model.predict(rows, verbose=0), atol=1e-6)
    np.testing.assert_allclose(found[UNFAMILIARITY], score(0.5 * rows, logits), atol=1e-3)


def test_a_distance_that_is_rounding_does_not_count():
    generator = np.random.default_rng(0)
    flat = (generator.normal(size=(50, 2)) @ generator.normal(size=(2, 12))).astype("float32")
    score = Unfamiliarity.fit(flat, flat[:, :2])
    assert score.weight == 0.0
    np.testing.assert_allclose(score(flat, np.zeros((50, 2))), -np.log(2), rtol=1e-6)
