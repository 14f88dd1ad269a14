import keras
import numpy as np
import pytest

from kerastl.adaptation.training.domain_moments import DomainMoments

pytestmark = pytest.mark.both_backends

SOURCE = np.array([1.0, 2.0], "float32"), np.array([0.5, 4.0], "float32")
TARGET = np.array([-3.0, 5.0], "float32"), np.array([2.0, 1.0], "float32")


def standardized(points, moments):
    return (points - moments[0]) * moments[1]


def test_each_domain_is_standardized_by_its_own_statistics():
    moments = DomainMoments(SOURCE, TARGET)
    points = np.random.default_rng(0).normal(0, 3, (6, 2)).astype("float32")
    is_source = np.array([1, 0, 1, 0, 0, 1], bool)
    found = moments.standardize(keras.ops.array(standardized(points, TARGET)), is_source)
    expected = np.where(
        is_source[:, None], standardized(points, SOURCE), standardized(points, TARGET)
    )
    np.testing.assert_allclose(keras.ops.convert_to_numpy(found), expected, atol=1e-5)


def test_few_target_examples_hardly_move_the_statistics():
    few, many = (DomainMoments.measured(SOURCE, TARGET, count) for count in (1, 10_000))
    assert np.abs(few.target[0] - SOURCE[0]).max() < 0.3
    np.testing.assert_allclose(many.target[0], TARGET[0], atol=0.02)
    np.testing.assert_allclose(many.target[1], TARGET[1], rtol=0.01)


def test_moments_are_the_same_after_a_resumed_run():
    moments = DomainMoments(SOURCE, TARGET)
    again = DomainMoments.from_config(moments.get_config())
    np.testing.assert_array_equal(again.factor, moments.factor)
    np.testing.assert_array_equal(again.offset, moments.offset)
