import numpy as np
import pytest

from kerastl.training.phases.loss_settings import LossSettings
from kerastl.training.phases.phase import Phase

NAMES = ("red", "green", "blue")
LABELS = np.array([0] * 6 + [1] * 3 + [2] * 3)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (None, None),
        ("balanced", [12 / (3 * 6), 12 / (3 * 3), 12 / (3 * 3)]),
        ({"blue": 4.0}, [1, 1, 4]),
        ({0: 0.5, 2: 2}, [0.5, 1, 2]),
    ],
)
def test_weights(given, expected):
    weights = LossSettings(class_weights=given).weights(LABELS, NAMES)
    assert (None if weights is None else weights.tolist()) == expected


def test_balanced_weights_keep_the_mean_loss_where_it_was():
    weights = LossSettings(class_weights="balanced").weights(LABELS, NAMES)
    assert weights[LABELS].mean() == pytest.approx(1)


def test_a_class_without_an_example_divides_by_nothing():
    assert np.isfinite(LossSettings(class_weights="balanced").weights([0, 1], NAMES)).all()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"label_smoothing": 1.0}, r"label_smoothing=1\.0"),
        ({"label_smoothing": -0.1}, r"label_smoothing=-0\.1"),
        ({"focal": -1.0}, r"focal=-1\.0"),
        ({"focal": float("nan")}, "focal=nan"),
        ({"class_weights": "balance"}, "class_weights='balance'"),
        ({"class_weights": {"red": 0.0}}, r"class_weights\['red'\]=0\.0"),
    ],
)
def test_an_invalid_objective_is_refused_with_the_value_named(settings, message):
    with pytest.raises(ValueError, match=f"Received: .*{message}"):
        LossSettings(**settings)


@pytest.mark.parametrize(
    ("given", "message"),
    [({"blu": 2.0}, "Did you mean 'blue'"), ({3: 2.0}, "must be in .0, 3.. Received")],
)
def test_a_class_that_is_not_there_is_refused(given, message):
    with pytest.raises(ValueError, match=message):
        LossSettings(class_weights=given).weights(LABELS, NAMES)


def test_a_phase_takes_an_objective_as_plain_values():
    plain = {"focal": 2.0, "class_weights": {"red": 3.0}}
    phase = Phase("all", loss_settings=plain)
    assert phase.loss_settings == LossSettings(focal=2.0, class_weights={"red": 3.0})
    assert Phase.from_config(phase.get_config()) == phase
