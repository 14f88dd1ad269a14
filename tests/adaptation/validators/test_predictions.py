"""Properties of the validators that take predictions alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kerastl.adaptation.validators import (
    atc,
    bnm,
    entropy,
    information_maximization,
    source_validation,
)


@st.composite
def predictions(draw):
    examples, classes = draw(st.integers(1, 12)), draw(st.integers(2, 5))
    odds = draw(arrays("float64", (examples, classes), elements=st.floats(1e-6, 1.0)))
    return odds / odds.sum(axis=1, keepdims=True)


@given(predictions())
def test_scores_lie_in_the_stated_range(probabilities):
    examples, classes = probabilities.shape
    assert -np.log(classes) - 1e-9 <= entropy(probabilities) <= 0
    assert 0 <= information_maximization(probabilities) <= np.log(classes) + 1e-9
    assert information_maximization(probabilities) >= entropy(probabilities)
    # The nuclear norm is at least the Frobenius norm, which uniform rows make smallest.
    least = 1 / np.sqrt(classes * min(examples, classes))
    assert least - 1e-9 <= bnm(probabilities) <= 1 + 1e-9


@pytest.mark.parametrize("score", [entropy, information_maximization, bnm])
@given(predictions(), st.randoms(use_true_random=False))
def test_the_order_of_examples_and_of_classes_does_not_matter(score, probabilities, random):
    rows = random.sample(range(len(probabilities)), len(probabilities))
    columns = random.sample(range(probabilities.shape[1]), probabilities.shape[1])
    shuffled = probabilities[rows][:, columns]
    assert score(shuffled) == pytest.approx(score(probabilities), abs=1e-9)


@pytest.mark.parametrize("score", [entropy, information_maximization, bnm])
@given(predictions())
def test_the_same_examples_twice_score_no_better(score, probabilities):
    once, twice = score(probabilities), score(np.concatenate([probabilities, probabilities]))
    if score is bnm and len(probabilities) < probabilities.shape[1]:
        # Fewer examples than classes cannot fill them: more could.
        assert twice <= once + 1e-9
    else:
        assert twice == pytest.approx(once, abs=1e-9)


@pytest.mark.parametrize("score", [information_maximization, bnm])
def test_a_collapsed_model_does_not_win(score):
    varied = np.eye(4)[np.arange(40) % 4] * 0.9 + 0.025
    collapsed = np.eye(4)[np.zeros(40, int)]
    assert score(varied) > score(collapsed)
    # As the docstring warns, entropy alone prefers the collapsed model.
    assert entropy(varied) < entropy(collapsed)


@given(st.lists(st.booleans(), min_size=1, max_size=20))
def test_source_validation_is_accuracy(right):
    labels = np.arange(len(right)) % 3
    predicted = np.where(right, labels, (labels + 1) % 3)
    probabilities = np.eye(3)[predicted] * 0.7 + 0.1
    assert source_validation(probabilities, labels) == pytest.approx(np.mean(right))


def test_source_labels_beyond_the_predicted_classes_are_refused():
    with pytest.raises(
        ValueError, match=r"`source_labels` .* Received: source_labels from 0 to 2$"
    ):
        source_validation([[0.5, 0.5], [0.5, 0.5]], [0, 2])


def test_estimated_accuracy_of_the_source_itself_is_its_accuracy():
    generator = np.random.default_rng(0)
    probabilities = generator.dirichlet(np.ones(4), 500)
    # Labels are drawn from the predictions, so the model is calibrated.
    labels = np.array([generator.choice(4, p=row) for row in probabilities])
    accuracy = source_validation(probabilities, labels)
    assert atc(probabilities, labels, probabilities) == pytest.approx(accuracy)
    other = generator.dirichlet(np.ones(4) / 4, 2000)
    theirs = np.array([generator.choice(4, p=row) for row in other])
    assert source_validation(other, theirs) > accuracy + 0.15
    assert atc(probabilities, labels, other) > accuracy + 0.15
