import numpy as np
import pytest
from keras import ops

from kerastl.artifacts.quantization_aware.fake_quantization import round_activations, round_weights
from tests.artifacts.quantization_aware.gradients import gradient

pytestmark = pytest.mark.both_backends


@pytest.mark.parametrize("bits", [4, 8])
def test_weights_become_multiples_of_their_channels_own_scale(bits):
    kernel = np.random.default_rng(0).normal(size=(3, 3, 2, 4)).astype("float32")
    rounded = ops.convert_to_numpy(round_weights(kernel, [0, 1, 2], bits))
    steps = 2 ** (bits - 1) - 1
    scale = np.abs(kernel).max(axis=(0, 1, 2)) / steps
    assert np.abs(rounded - kernel).max(axis=(0, 1, 2)) == pytest.approx(scale / 2, rel=0.2)
    numbers = rounded / scale
    np.testing.assert_allclose(numbers, numbers.round(), atol=1e-3)
    assert np.abs(numbers).max() == pytest.approx(steps)
    again = ops.convert_to_numpy(round_weights(rounded, [0, 1, 2], bits))
    np.testing.assert_allclose(again, rounded, atol=1e-6)


def test_gradients_of_weights_pass_as_if_nothing_was_rounded():
    kernel = np.array([[0.31, -1.0], [0.08, 2.2]], "float32")
    factors = np.array([[1.0, 2.0], [3.0, 4.0]], "float32")
    found = gradient(lambda x: ops.sum(round_weights(x, [0], 4) * factors), kernel)
    np.testing.assert_array_equal(found, factors)


def test_activations_become_bytes_and_zero_stays_zero():
    values = np.linspace(-2, 9, 1000).astype("float32")
    rounded = ops.convert_to_numpy(round_activations(values, -1.0, 6.0))
    assert len(np.unique(rounded)) == 256
    inside = (values > -0.98) & (values < 5.98)
    assert np.abs(rounded - values)[inside].max() <= 7 / 255 / 2 + 1e-6
    assert (rounded.min(), rounded.max()) == pytest.approx((-1.0, 6.0), abs=7 / 255)
    assert float(round_activations(ops.zeros(()), -1.0, 6.0)) == 0
    # A range that lies above zero is widened to it, as in the file.
    assert float(round_activations(ops.zeros(()), 2.0, 6.0)) == 0


def test_gradients_of_activations_end_where_the_range_does():
    values = np.array([-3.0, -0.9, 0.0, 0.501, 5.9, 6.5], "float32")
    found = gradient(lambda x: ops.sum(round_activations(x, -1.0, 6.0)), values)
    np.testing.assert_array_equal(found, [0, 1, 1, 1, 1, 0])


def test_a_constant_tensor_is_no_division_by_zero():
    assert np.isfinite(ops.convert_to_numpy(round_activations(np.zeros(3, "float32"), 0, 0))).all()
    zeros = np.zeros((2, 2), "float32")
    assert np.isfinite(ops.convert_to_numpy(round_weights(zeros, [0], 8))).all()
