import numpy as np
import pytest
from sklearn.metrics import f1_score

from kerastl.tasks.multi_label.thresholds import best_thresholds


def test_no_other_threshold_has_a_higher_f1():
    generator = np.random.default_rng(0)
    labels = generator.integers(0, 2, (80, 3))
    probabilities = np.clip(0.3 * labels + generator.uniform(0, 0.6, labels.shape), 0, 1)
    found = best_thresholds(probabilities, labels)
    for label in range(3):
        f1 = [
            f1_score(labels[:, label], probabilities[:, label] >= threshold)
            for threshold in (found[label], *np.linspace(0.01, 0.99, 99))
        ]
        assert f1[0] == max(f1)


def test_a_threshold_lies_between_probabilities():
    assert best_thresholds(np.array([[0.2], [0.6], [0.8]]), np.array([[0], [1], [1]])) == (
        pytest.approx(0.4)
    )


def test_without_evidence_it_is_half():
    labels = np.array([[0, 1], [0, 1]])
    assert best_thresholds(np.full((2, 2), 0.9), labels).tolist() == [0.5, 0.5]
