"""Reverse validation and ClassAMI, which compare predictions with features."""

import numpy as np
import pytest

from kerastl.adaptation.validators import class_ami, reverse_validation
from tests.adaptation.validators.adapted_models import adapted

MODEL = adapted()


def with_mistakes(share, seed=0):
    generator = np.random.default_rng(seed)
    wrong = generator.random(len(MODEL.target_predictions)) < share
    return np.where(wrong, generator.integers(0, 3, wrong.size), MODEL.target_predictions)


def reverse(predictions):
    return reverse_validation(
        MODEL.source_features, MODEL.source_labels, MODEL.target_features, predictions
    )


def test_mistaken_predictions_agree_less_with_clusters():
    scores = [class_ami(MODEL.target_features, with_mistakes(s)) for s in (0.0, 0.3, 1.0)]
    assert scores[0] > 0.9
    assert scores[0] > scores[1] + 0.1 > scores[2] + 0.2
    assert abs(scores[2]) < 0.05


def test_mistaken_predictions_do_not_lead_back_to_source():
    assert reverse(MODEL.target_predictions) > 0.95
    assert reverse(with_mistakes(1.0)) < 0.6
    assert reverse((MODEL.target_predictions + 1) % 3) < 0.05


def test_the_names_of_clusters_do_not_matter():
    exchanged = (MODEL.target_predictions + 1) % 3
    plain = class_ami(MODEL.target_features, MODEL.target_predictions)
    assert class_ami(MODEL.target_features, exchanged) == pytest.approx(plain)


def test_one_predicted_class_is_no_success():
    collapsed = np.full(len(MODEL.target_predictions), 2)
    assert class_ami(MODEL.target_features, collapsed) == 0.0
    assert class_ami(MODEL.target_features, collapsed, classes=3) == 0.0
    assert reverse(collapsed) == pytest.approx(np.mean(MODEL.source_labels == 2))


def test_a_class_that_is_never_predicted_counts_as_mistaken():
    partial = np.where(MODEL.target_predictions == 0, 1, MODEL.target_predictions)
    assert reverse(partial) == pytest.approx(2 / 3, abs=0.03)
    whole = class_ami(MODEL.target_features, partial)
    assert class_ami(MODEL.target_features, partial, classes=3) != whole


def test_more_classes_than_examples_are_refused():
    with pytest.raises(ValueError, match=r"Received: 2 examples, 3 classes$"):
        class_ami([[0.0], [1.0]], [0, 1], classes=3)


def test_predictions_beyond_the_classes_are_refused():
    with pytest.raises(ValueError, match=r"Received: target_predictions from 0 to 2$"):
        class_ami(MODEL.target_features, MODEL.target_predictions, classes=2)
