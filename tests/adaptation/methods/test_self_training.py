import numpy as np
import pytest

from kerastl.adaptation import SelfTraining
from kerastl.adaptation.domains.domain_features import DomainFeatures

# Four examples of each class, by falling confidence.
SURE = np.array([0.95, 0.85, 0.75, 0.65])
FIRST = np.concatenate([SURE, 1 - SURE])
TARGET = DomainFeatures(np.zeros((8, 2)), np.stack([FIRST, 1 - FIRST], axis=1))


@pytest.mark.parametrize(
    ("method", "round_number", "given"),
    [
        (SelfTraining(passes=2, share=1.0), 1, 3),
        (SelfTraining(passes=2, share=1.0), 2, 4),
        (SelfTraining(passes=2, share=0.5), 2, 2),
        (SelfTraining(passes=2, share=1.0, min_confidence=0.8), 2, 2),
    ],
)
def test_more_of_every_class_is_labelled_in_each_round(method, round_number, given):
    labels = method.target_labels(TARGET, round_number)
    assert labels[:4].tolist() == [0] * given + [-1] * (4 - given)
    assert labels[4:].tolist() == [1] * given + [-1] * (4 - given)
