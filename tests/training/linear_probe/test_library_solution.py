import numpy as np
import pytest

from kerastl.training.linear_probe.library_solution import fit_in_memory
from kerastl.training.linear_probe.multinomial import Rotation, fit_multinomial
from kerastl.training.linear_probe.standardized_rows import StandardizedRows, turned


@pytest.mark.parametrize("classes", [2, 5])
@pytest.mark.parametrize("width", [12, 300], ids=["more examples", "more features"])
@pytest.mark.parametrize("inverse_penalty", [0.01, 1.0])
def test_both_solvers_give_the_same_coefficients(classes, width, inverse_penalty):
    generator = np.random.default_rng(0)
    labels = np.arange(120) % classes
    features = generator.normal(size=(120, width)) + generator.normal(size=(classes, width))[labels]
    weights = generator.uniform(0.5, 2, 120)
    points = StandardizedRows(features.astype("float32"))[:]
    theirs = fit_in_memory(points, labels, weights, classes, inverse_penalty)
    rotation, coordinates = turned(points, weights)
    known = (coordinates, labels, weights, classes, inverse_penalty)
    ours = fit_multinomial(*known, Rotation(None, rotation.curvature), tolerance=1e-10)
    kernel = rotation.axes @ ours.kernel
    largest = np.abs(kernel).max()
    assert theirs.kernel.shape == kernel.shape
    np.testing.assert_allclose(theirs.kernel, kernel, atol=5e-3 * largest)
    # In nats, as logits are.
    np.testing.assert_allclose(theirs.bias, ours.bias, atol=1e-2)
