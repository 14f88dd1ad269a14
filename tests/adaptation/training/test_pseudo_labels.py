"""Labels from a method go to unlabelled examples alone."""

import numpy as np

from kerastl.adaptation import SHOT
from kerastl.adaptation.domains.domain_features import DomainFeatures
from kerastl.adaptation.domains.domain_rows import DomainRows
from kerastl.adaptation.training.pseudo_labels import PseudoLabels

ROWS = DomainRows.of([np.array([0, 1])], target_count=3, labelled_target=np.array([1]))
UNLABELLED = np.array([3, 4, 5])
# Two clusters; the last example is of the second one, whatever its own probabilities say.
VIEW = DomainFeatures(
    np.array([[1.0, 0.0], [0.0, 1.0], [0.1, 1.0]]), np.array([[0.9, 0.1], [0.1, 0.9], [0.55, 0.45]])
)


def test_true_labels_and_their_weights_stay():
    given = PseudoLabels(SHOT(), UNLABELLED).given(ROWS, VIEW, 1)
    assert given.labels.tolist() == [0, 1, 1, 0, 1, 1]
    np.testing.assert_allclose(given.weights, [1, 1, 1, 0.3, 0.3, 0.3])
    assert given.domains is ROWS.domains


def test_nothing_is_cross_fitted_before_a_linear_probe_is_fitted():
    assert PseudoLabels(SHOT(), UNLABELLED).cross_fitted is None
