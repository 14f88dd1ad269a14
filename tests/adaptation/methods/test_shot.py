import numpy as np
import pytest

from kerastl.adaptation import SHOT
from kerastl.adaptation.domains.domain_features import DomainFeatures


@pytest.mark.parametrize(
    ("features", "probabilities", "labels"),
    [
        # The third is among those of the first class, whatever is predicted.
        (
            [[4, 0], [5, 0], [4.5, 0], [0, 4], [0, 5]],
            [[0.9, 0.1], [0.8, 0.2], [0.4, 0.6], [0.1, 0.9], [0.2, 0.8]],
            [0, 0, 0, 1, 1],
        ),
        # The angle alone counts: by its length the last would draw the second centroid to itself,
        # which lies at 71 degrees, the first at 0 and the last at 30.
        (
            [[40, 0], [50, 0], [0, 40], [0, 50], [866, 500]],
            [[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0], [0.0, 1.0]],
            [0, 0, 1, 1, 0],
        ),
        # The first centroids, of soft predictions, give 1, 1, 1, 0, 0; those of these labels
        # lie at 18 and 103 degrees, and the last example at 45.
        (
            [[3], [3], [3], [-3], [1]],
            [[0.4, 0.6], [0.9, 0.1], [0.2, 0.8], [0.9, 0.1], [0.9, 0.1]],
            [1, 1, 1, 0, 1],
        ),
        # Nothing is predicted to be the third class, so nothing becomes it: its soft centroid,
        # of the last example for the most part, is the nearest to that example.
        (
            [[4, 0], [0, 4], [-3, 4]],
            [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.51, 0.49]],
            [0, 1, 1],
        ),
    ],
    ids=["clusters", "angles", "two passes", "an absent class"],
)
def test_labels_are_those_of_the_nearest_centroids(features, probabilities, labels):
    view = DomainFeatures(np.array(features, "float32"), np.array(probabilities, "float32"))
    assert SHOT().target_labels(view, 1).tolist() == labels
