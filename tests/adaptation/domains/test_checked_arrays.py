import numpy as np
import pytest

from kerastl.adaptation.domains.checked_arrays import (
    checked_domains,
    checked_features,
    checked_labels,
    checked_losses,
    checked_probabilities,
)

FEATURES = np.zeros((4, 3))


@pytest.mark.parametrize(
    ("check", "message"),
    [
        (lambda: checked_features(np.zeros(4), "x"), r"flatten or pool .* of shape \(4,\)$"),
        (lambda: checked_features(np.zeros((4, 2, 2)), "x"), r"of shape \(4, 2, 2\)$"),
        (lambda: checked_features(np.zeros((4, 0)), "x"), r"of shape \(4, 0\)$"),
        (lambda: checked_features(np.zeros((1, 3)), "x", 2), r"at least 2 .* of shape \(1, 3\)$"),
        (lambda: checked_features(FEATURES + np.inf, "x"), "Received: 4 of 4 such examples$"),
        (lambda: checked_domains(FEATURES, np.zeros((5, 2))), r"the same features.*\(5, 2\)$"),
        (lambda: checked_probabilities(np.ones((4, 1)), "p"), r"\[1 - p, p\].*\(4, 1\)$"),
        (lambda: checked_probabilities([0.5, 0.5], "p"), r"of shape \(2,\)$"),
        (lambda: checked_probabilities([[2.0, 1.0]], "p"), "softmax.* a row with sum 3$"),
        (lambda: checked_probabilities([[2.0, -1.0]], "p"), "softmax.* smallest value of -1, "),
        (lambda: checked_probabilities([[0.5, np.nan]], "p"), "Received: 1 of 1 such examples$"),
        (lambda: checked_labels(np.eye(3), "y", 3), r"argmax.* shape \(3, 3\) and type float64"),
        (lambda: checked_labels([0.0, 1.0], "y", 2), "type float64 for 2 examples$"),
        (lambda: checked_labels([0, 1], "y", 3), r"shape \(2,\) and type int64 for 3 examples$"),
        (lambda: checked_labels([0, 3], "y", 2, 3), "from 0 to 2. Received: y from 0 to 3$"),
        (lambda: checked_labels([-1, 3], "y", 2), "of at least 0. Received: y from -1 to 3$"),
        (lambda: checked_losses(0.3, "losses", 4), r"reduction=None.*shape \(\) for 4 examples$"),
        (lambda: checked_losses([0.3, np.nan], "losses", 2), "1 of 2 such examples$"),
    ],
)
def test_an_error_names_the_value_and_what_to_do(check, message):
    with pytest.raises(ValueError, match=rf"(?s){message}"):
        check()


@pytest.mark.parametrize("kind", ["float16", "float32", "float64", "int32", "bool"])
def test_features_of_any_kind_are_floats(kind):
    expected = "float64" if kind == "float64" else "float32"
    assert checked_features(np.ones((2, 3), kind), "x").dtype == expected


def test_half_precision_probabilities_add_up_afterwards():
    generator = np.random.default_rng(0)
    given = generator.dirichlet(np.ones(100), size=50).astype("float16")
    np.testing.assert_allclose(checked_probabilities(given, "p").sum(axis=1), 1.0, rtol=1e-12)


def test_probabilities_given_are_not_changed():
    given = np.array([[0.5, 0.5005]])
    checked_probabilities(given, "p")
    assert given[0, 1] == 0.5005
