import numpy as np
import pytest

from kerastl.adaptation.training.factored_probe import factored_probe


def features(count=50, width=30, seed=0):
    return np.random.default_rng(seed).normal(0, [5.0] * 3 + [0.5] * (width - 3), (count, width))


@pytest.mark.parametrize("width", [3, 10, 64])
def test_bottleneck_and_head_multiply_to_the_probe(width):
    kernel = np.random.default_rng(1).normal(0, 1, (30, 3))
    first, second = factored_probe(kernel, features(), width)
    assert (first.shape, second.shape) == ((30, width), (width, 3))
    np.testing.assert_allclose(first @ second, kernel, atol=1e-5)


def test_units_beyond_the_probe_are_the_largest_components_of_the_features():
    kernel = np.zeros((30, 2))
    kernel[29] = 1.0, -1.0
    first, second = factored_probe(kernel, features(), 4)
    np.testing.assert_allclose(second[1:], 0, atol=1e-6)
    sizes = np.square(features() @ first).mean(axis=0)
    assert (sizes[1:] > 10 * sizes[0]).all()
    np.testing.assert_allclose(sizes.mean(), 1, rtol=1e-4)


def test_units_without_a_direction_are_zero():
    first, _ = factored_probe(np.eye(30)[:, :2], features(), 40)
    assert (first[:, 30:] == 0).all()
    assert np.abs(first[:, :30]).sum(axis=0).min() > 0


def test_a_bottleneck_that_is_too_narrow_is_an_error():
    with pytest.raises(ValueError, match=r"too narrow for a probe of rank 3.*bottleneck=2"):
        factored_probe(np.eye(30)[:, :3], features(), 2)
