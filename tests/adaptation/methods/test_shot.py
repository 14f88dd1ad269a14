import numpy as np
import pytest

from kerastl.adaptation import SHOT
from kerastl.adaptation.domains.domain_features import DomainFeatures


@pytest.mark.parametrize(
    ("features", "probabilities", "labels"),
    [
        # The third lies among examples of the first class, although the second is predicted.
        (
            [[4, 0], [5, 0], [4.5, 0], [0, 4], [0, 5]],
            [[0.9, 0.1], [0.8, 0.2], [0.4, 0.6], [0.1, 0.9], [0.2, 0.8]],
            [0, 0, 0, 1, 1],
        ),
        # Only angles count. The last example is long, but its angle of 30 degrees is nearer to the
        # first centroid at 0 degrees than to the second at 71 degrees.
        (
            [[40, 0], [50, 0], [0, 40], [0, 50], [866, 500]],
            [[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0], [0.0, 1.0]],
            [0, 0, 1, 1, 0],
        ),
        # Centroids of soft predictions give 1, 1, 1, 0, 0. Centroids of these labels lie at 18 and
        # 103 degrees, and the last example at 45.
        (
            [[3], [3], [3], [-3], [1]],
            [[0.4, 0.6], [0.9, 0.1], [0.2, 0.8], [0.9, 0.1], [0.9, 0.1]],
            [1, 1, 1, 0, 1],
        ),
        # The third class is never predicted, so it is no label, although its soft centroid is the
        # nearest to the last example.
        (
            [[4, 0], [0, 4], [-3, 4]],
            [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.51, 0.49]],
            [0, 1, 1],
        ),
    ],
    ids=["clusters", "angles", "two updates", "an absent class"],
)
def test_labels_are_those_of_the_nearest_centroids(features, probabilities, labels):
    target = DomainFeatures(np.array(features, "float32"), np.array(probabilities, "float32"))
    assert SHOT().target_labels(target, 1).tolist() == labels
